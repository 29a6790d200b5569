"""Files: experiments that are saved and opened, and the numbers and words that go with exported pictures."""
