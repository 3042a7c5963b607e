"""What people touch in a browser: the pages, which know the API's client and nothing below."""
