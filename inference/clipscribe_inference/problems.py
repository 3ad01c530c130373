"""The errors that a caller sees: one code, one sentence, one HTTP status."""


class Problem(Exception):
    """An answer that is not a result. `code` is stable and read by programs; the message is for people."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def __reduce__(self):
        # Exceptions cross the pipe from the decoder process; the default would call __init__ with one argument.
        return (Problem, (self.status, self.code, self.message))

    def document(self) -> dict:
        """The JSON body, in the shape of OpenAI's errors, so that any client finds the message."""
        return {"error": {"message": self.message, "type": "invalid_request_error", "code": self.code}}
