"""What every error of the API has in common. Source: RFC 9457."""


def fields_of(answer, status):
    """Checks that it is a problem with this status, and gives the bad fields it names."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] and problem["title"] and problem["detail"]
    errors = problem.get("errors", [])
    assert all(set(error) == {"field", "message"} and error["message"] for error in errors)
    assert "errors" not in problem or errors
    return [error["field"] for error in errors]
