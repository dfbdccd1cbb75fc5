"""What every endpoint of the REST API shares; it imports no app.

Views read rows through `visible_to(user)` and change them through `editable_by(user)`, which the
apps' querysets bring (see `focusflow.api.access`).
"""
