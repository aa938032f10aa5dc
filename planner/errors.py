"""One error tree. The docstring of a kind is its message when none is given, in words for the clerk."""

import errno


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


class Forbidden(PlannerError):
    """这件事不在您的职责里，请找办公室。"""


class Unwritable(PlannerError):
    """没有写成，请换一个有空间、可以写入的位置再试。"""

    @classmethod
    def because(cls, what: str, error: OSError) -> "Unwritable":
        """Return what was not written, why, and what to do, in one sentence."""
        why = _REASONS.get(error.errno or 0, f"{error.strerror or error}，请换一个位置再试")
        return cls(f"{what}没有写成：{why}。")


_NO_ROOM = "磁盘已满，请腾出空间或换一个位置再试"
_NOT_ALLOWED = "没有写入的权限，请换一个可以写入的位置再试"
_NO_FOLDER = "没有这个文件夹，请先建好或换一个位置再试"
_REASONS = {
    errno.ENOSPC: _NO_ROOM,
    errno.EFBIG: _NO_ROOM,
    **({errno.EDQUOT: _NO_ROOM} if hasattr(errno, "EDQUOT") else {}),
    errno.EACCES: _NOT_ALLOWED,
    errno.EPERM: _NOT_ALLOWED,
    errno.EROFS: _NOT_ALLOWED,
    errno.ENOENT: _NO_FOLDER,
    errno.ENOTDIR: _NO_FOLDER,
}
