"""Mutants that change nothing, each with its reason.

A key is the mutant's path, the names around it, and its text before and after, as `--list` prints
them; the list is refused when it names a mutant that is no longer made.
"""

EQUIVALENTS: dict[tuple[str, str, str, str], str] = {
    (
        "accounts/actions/accounts.py",
        "lock_user",
        "User.objects.select_for_update().filter(wanted)",
        "User.objects.select_for_update().all()",
    ): "Locks every account instead of those that matter: slower, and the same answer.",
    (
        "accounts/admin/accounts.py",
        "UserAdmin.save_model",
        "name in columns",
        "True",
    ): "Groups and permissions compare equal to themselves, so that nothing is written either way.",
    (
        "accounts/api/views.py",
        "UserViewSet.get_queryset",
        "User.objects.visible_to(self.request.user)",
        "User.objects.all()",
    ): "IsStaff lets only staff so far, who see all accounts; the second line behind it.",
    (
        "accounts/history.py",
        "count_related",
        'relation.related_model._base_manager.filter(**{f"{column}__in": ids})',
        "relation.related_model._base_manager.all()",
    ): "Counts for every row instead of those that go; of the others nobody asks.",
    (
        "accounts/versioning.py",
        "VersionedQuerySet.update",
        "model._base_manager.filter(pk__in=before)",
        "model._base_manager.all()",
    ): "Reads every row again instead of those that were changed: slower, and the same events.",
    (
        "accounts/middleware.py",
        "TemporaryPasswordMiddleware.process_view",
        'match is None or match.url_name in OPEN_ROUTES or match.route.startswith("api/")',
        '((match.url_name in OPEN_ROUTES) or (match.route.startswith("api/")))',
    ): "Django has matched the address before it asks; None is in the type alone.",
    (
        "accounts/tokens.py",
        "RotatingTokenStrategy.get_session_token",
        "match is not None and match.url_name in OPEN_ROUTES",
        "((match.url_name in OPEN_ROUTES))",
    ): "Django has matched the address before it calls the view; None is in the type alone.",
    (
        "accounts/tokens.py",
        "RotatingTokenStrategy.refresh_token",
        "session is None or user is None",
        "((user is None))",
    ): "A person is looked for only where there is a session; the type asks for both.",
    (
        "accounts/tokens.py",
        "RotatingTokenStrategy.get_session_token",
        "key is not None and not is_open and has_temporary_password(key)",
        "((not is_open) and (has_temporary_password(key)))",
    ): "Without a key no session is found, nor anybody's password; it saves the question.",
    (
        "focusflow/api/access.py",
        "find_row.build",
        "columns",
        "False",
    ): "Reads a row where one column would do: slower, and it is there or not as before.",
    (
        "focusflow/api/rows.py",
        "shape_of",
        "{name for field in made.values() for name in field.columns} - {*columns}",
        "{name for field in made.values() for name in field.columns}",
    ): "Reads a column twice: slower, and the same rows.",
    (
        "focusflow/api/views.py",
        "ResourceViewSet.get_queryset",
        "reads",
        "True",
    ): "Until rows are shared, people may change what they may read.",
    (
        "focusflow/api/views.py",
        "ResourceViewSet.get_queryset",
        "reads",
        "False",
    ): "Until rows are shared, people may change what they may read.",
    (
        "focusflow/api/access.py",
        "find_row.build",
        "to_change",
        "True",
    ): "Until rows are shared, people may change what they may read.",
    (
        "focusflow/api/access.py",
        "find_row.build",
        "to_change",
        "False",
    ): "Until rows are shared, people may change what they may read.",
    (
        "habits/api/checkins.py",
        "CheckInViewSet.get_queryset",
        "rows.none()",
        "rows.all()",
    ): "Where the OpenAPI document is made, which reads no row.",
    (
        "tasks/actions/bulk.py",
        "reopen_many",
        "Task.objects.filter(pk__in=along)",
        "Task.objects.all()",
    ): "Locks every task; those that are written are picked by id.",
    (
        "tasks/actions/bulk.py",
        "reopen_many",
        "before.keys() - {str(task.pk)}",
        "before.keys()",
    ): "A task that is named is not among the subtasks; the second line behind that.",
}
