"""Takes pages of a source into a knowledge base folder, and again, without losing an edit.

A page becomes an article: masked, filed, with where it came from in its front matter. What the last
import wrote is known by its hash, so that an owner's words are told from the source's.
"""
