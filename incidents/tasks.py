"""What work do the records of this app give the worker?"""

from incidents import disclosure_tasks

__all__ = ["disclosure_tasks"]
