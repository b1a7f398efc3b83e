"""HTTP: what customers' pages, the staff pages and other programs talk to."""
