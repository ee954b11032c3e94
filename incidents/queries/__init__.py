"""What is the answer where it is not a record: a chronology, a likeness, what waits at a desk?"""
