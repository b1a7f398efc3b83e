"""What ``firstline check`` looks at, an area each."""
