"""The training of the reader, which marks in a passage where the answer to a question starts and ends."""
