"""Media between the page and the kernel."""
