"""One error tree. The docstring of a kind is its message when none is given, in words for the clerk."""


class PlannerError(Exception):
    """操作没有完成，请稍后再试。"""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__ or "")

    @property
    def message(self) -> str:
        """The sentence shown to the user."""
        return str(self)


class NotFound(PlannerError):
    """没有找到这一项，可能地址有误或已被移除。"""


class Invalid(PlannerError):
    """填写的内容有误，请检查后再提交。"""


class Conflict(PlannerError):
    """这一项刚被别人改过，请刷新后再试。"""


class Unreadable(PlannerError):
    """这个文件读不出来，请另存为 .docx 或 .txt 后再试。"""
