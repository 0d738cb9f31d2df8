"""The site's pages, one module a subject. Each has a `router`; who may see it is said in `web.app`."""
