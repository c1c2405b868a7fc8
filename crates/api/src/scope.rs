//! Scopes: what an API key may do, as `resource:action`.

/// Everything there is to allow, now and later.
pub const EVERYTHING: &str = "*";

/// The resources that are read and written.
pub const RESOURCES: [&str; 13] = [
    "templates",
    "issuances",
    "stamps",
    "verifications",
    "keys",
    "signing-keys",
    "webhooks",
    "jobs",
    "audit",
    "usage",
    "tenant",
    "members",
    "alerts",
];

/// Resources whose state is changed by lifecycle actions, which `write` does not include.
pub const WITH_LIFECYCLE: [&str; 2] = ["issuances", "stamps"];

/// Every scope but [`EVERYTHING`], such as `templates:read`.
pub fn all() -> impl Iterator<Item = String> {
    RESOURCES.into_iter().flat_map(|resource| {
        let lifecycle = WITH_LIFECYCLE.contains(&resource).then_some("lifecycle");
        ["read", "write"]
            .into_iter()
            .chain(lifecycle)
            .map(move |action| format!("{resource}:{action}"))
    })
}

/// Whether this is a scope.
#[must_use]
pub fn is_scope(text: &str) -> bool {
    let Some((resource, action)) = text.split_once(':') else {
        return text == EVERYTHING;
    };
    RESOURCES.contains(&resource)
        && match action {
            "read" | "write" => true,
            "lifecycle" => WITH_LIFECYCLE.contains(&resource),
            _ => false,
        }
}

/// Whether whoever has these scopes has this one: `*` includes every scope, `write` includes `read`, and nothing else
/// includes anything.
#[must_use]
pub fn includes(scopes: &[String], scope: &str) -> bool {
    let written = scope
        .strip_suffix(":read")
        .map(|resource| format!("{resource}:write"));
    scopes
        .iter()
        .any(|has| has == EVERYTHING || has == scope || Some(has) == written.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_28_scopes_and_they_are_scopes() {
        let scopes: Vec<String> = all().collect();
        assert_eq!(scopes.len(), 28);
        assert!(scopes.iter().all(|scope| is_scope(scope)));
        for text in [
            "",
            "*:*",
            "templates",
            "templates:",
            "templates:lifecycle",
            "templates:read ",
            "Templates:read",
            "documents:read",
            "**",
        ] {
            assert!(!is_scope(text), "{text}");
        }
    }

    #[test]
    fn write_includes_read_and_nothing_includes_lifecycle_but_everything() {
        for scope in all() {
            let has: Vec<String> = all()
                .filter(|one| includes(std::slice::from_ref(one), &scope))
                .collect();
            let mut wanted = vec![scope.clone()];
            if let Some(resource) = scope.strip_suffix(":read") {
                wanted.push(format!("{resource}:write"));
            }
            assert_eq!(has, wanted);
            assert!(includes(&[EVERYTHING.to_owned()], &scope));
        }
        assert!(!includes(&all().collect::<Vec<_>>(), EVERYTHING));
        assert!(!includes(&[], "templates:read"));
    }
}
