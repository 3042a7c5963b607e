"""What the measurements of ingestion need: files to read, and the way in which LlamaIndex reads them."""
