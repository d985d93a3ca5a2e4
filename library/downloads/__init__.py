"""The library as files: what there is, as of which position, how it is built, kept and checked."""
