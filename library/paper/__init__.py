"""Pages to take away: the PDF and the Markdown of an edition, both drawn from the text of its page."""
