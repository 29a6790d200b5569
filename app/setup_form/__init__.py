"""Every setting of a document, declared once: how it looks in the form, and what becomes of the document when it changes."""
