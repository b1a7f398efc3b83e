"""The pages: help site, chat widget and staff pages. No framework, no build step."""
