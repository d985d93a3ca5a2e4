"""Reading the forms of a page and sending them as a browser would: CRLF in texts, unticked boxes left out."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass
class Form:
    action: str
    method: str
    fields: list = field(default_factory=list)
    buttons: list = field(default_factory=list)

    def values(self, **changes):
        """The fields as a browser sends them, with `changes` typed over them (`__` for `-` in names)."""
        typed = {name.replace("__", "-"): value for name, value in changes.items()}
        sent = {}
        for name, value in self.fields:
            if name not in typed:
                sent.setdefault(name, []).append(as_sent(value))
        return {**sent, **{name: as_sent(value) for name, value in typed.items()}}


def as_sent(value):
    return value.replace("\r\n", "\n").replace("\n", "\r\n") if isinstance(value, str) else value


class FormReader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms, self.form, self.text, self.select, self.inside_template = [], None, None, None, 0

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "template":
            self.inside_template += 1
        if self.inside_template:
            return
        if tag == "form":
            self.form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form and tag == "input":
            self.read_input(given)
        elif self.form and tag == "button" and given.get("name"):
            self.form.buttons.append((given["name"], given.get("value", "")))
        elif self.form and tag == "textarea":
            self.text = (given.get("name"), [])
        elif self.form and tag == "select":
            self.select = {"name": given.get("name"), "multiple": "multiple" in given, "all": [], "chosen": []}
        elif self.select and tag == "option":
            self.select["all"].append(given.get("value", ""))
            if "selected" in given:
                self.select["chosen"].append(given.get("value", ""))

    def read_input(self, given):
        kind, name = given.get("type", "text"), given.get("name")
        if not name or "disabled" in given or kind in ("submit", "button", "image", "file", "reset"):
            if name and kind == "submit":
                self.form.buttons.append((name, given.get("value", "")))
            return
        if kind in ("checkbox", "radio"):
            if "checked" in given:
                self.form.fields.append((name, given.get("value", "on")))
            return
        self.form.fields.append((name, given.get("value", "")))

    def handle_data(self, data):
        if self.text:
            self.text[1].append(data)

    def handle_endtag(self, tag):
        if tag == "template":
            self.inside_template -= 1
        elif tag == "textarea" and self.text:
            name, pieces = self.text
            text = "".join(pieces)
            self.form.fields.append((name, text[1:] if text.startswith("\n") else text))
            self.text = None
        elif tag == "select" and self.select:
            chosen = self.select["chosen"] or ([] if self.select["multiple"] else self.select["all"][:1])
            self.form.fields += [(self.select["name"], value) for value in chosen]
            self.select = None
        elif tag == "form":
            self.form = None


def read_forms(html):
    reader = FormReader()
    reader.feed(html)
    return reader.forms


def find_form(response, *, action=None, having=None):
    """The one form of the page whose action contains `action` and which has a field named `having`."""
    found = [
        form
        for form in read_forms(response.content.decode())
        if form.method == "post"
        and (action is None or action in form.action)
        and (having is None or having in dict(form.fields))
    ]
    assert len(found) == 1, f"{len(found)} forms: {[form.action for form in found]}"
    return found[0]


def send(client, response, form, button=None, follow=False, **changes):
    """POST `form` of the page `response` as a browser would."""
    address = urljoin(response.request["PATH_INFO"], form.action or response.request["PATH_INFO"])
    values = form.values(**changes)
    if button:
        values[button[0]] = button[1]
    return client.post(address, values, follow=follow)
