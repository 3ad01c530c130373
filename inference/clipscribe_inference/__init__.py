"""ClipScribe's local models behind one small HTTP server: speech to text, speech regions, entities."""
