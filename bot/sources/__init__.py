"""Where articles come from: a help-centre website, exports of other software, files, a CSV.

Each source is one module that yields pages as Markdown with nothing hidden and no markup of its
own; nothing here knows the knowledge base. ``opening`` chooses a source.
"""
