//! The login with challenge of Adobe and Limelight: the server refuses twice, with what the next try has to contain.

/// What a refusal says about a login.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Login {
    /// A step on the way: the client comes back with more.
    Asks,
    /// User or password are wrong.
    Fails,
}

impl Login {
    /// What the description of a refused connect says, if it is about a login.
    pub(super) fn of(description: &str) -> Option<Self> {
        let reason = |reason: &str| description.contains(&format!("reason={reason}"));
        if reason("authfailed") || reason("nosuchuser") {
            return Some(Self::Fails);
        }
        (description.contains("authmod=") || reason("needauth")).then_some(Self::Asks)
    }

    /// What happened.
    pub(super) const fn message(self) -> &'static str {
        match self {
            Self::Asks => "the server asks for a login, and refuses the client until it comes back with one",
            Self::Fails => "the server refused the login of the client",
        }
    }

    /// What to do about it.
    pub(super) const fn help(self) -> &'static str {
        match self {
            Self::Asks => {
                "nothing to do if a later connection of the client is accepted; else give the client a \
                 user name and password, and look whether it knows this kind of login"
            }
            Self::Fails => "check user name and password; they are not the stream key",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_failures_are_told_apart() {
        for (text, expected) in [
            ("[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : ", Some(Login::Asks)),
            (
                "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&user=u&salt=s",
                Some(Login::Asks),
            ),
            (
                "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=authfailed&opaque=o",
                Some(Login::Fails),
            ),
            ("[ AccessManager.Reject ] : [ authmod=llnw ] : ?reason=nosuchuser", Some(Login::Fails)),
            ("No such application", None),
        ] {
            assert_eq!(Login::of(text), expected, "{text}");
        }
    }
}
