//! The system's resolver.

use std::io;

use dns_lookup::{AddrFamily, AddrInfoHints, LookupError, LookupErrorKind, SockType, getaddrinfo};

use super::turns::SYSTEM;
use super::{Answer, Family, Lookup, Question, Resolve};
use crate::error::{system_code, system_words};
use crate::{Error, Kind, Phase};

/// glibc's codes beyond POSIX, from its `netdb.h`. The libc crate does not have them.
const BEYOND_POSIX: &[(i32, &str)] = if cfg!(target_env = "gnu") {
    &[(-9, "EAI_ADDRFAMILY"), (-101, "EAI_CANCELED")]
} else {
    &[]
};

/// Asks `getaddrinfo` on tokio's blocking pool: /etc/hosts, mDNS, VPNs and containers work as in every other program.
/// It resolves `localhost` too, which may be of either family.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver {
    family: Option<Family>,
}

impl SystemResolver {
    /// A resolver that asks only for addresses of one family, if one is given.
    pub fn of_family(family: Option<Family>) -> Self {
        Self { family }
    }
}

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, question: Question<'a>) -> Lookup<'a> {
        let (name, family) = (question.name, self.family);
        Box::pin(async move {
            let owned = name.to_owned();
            // `getaddrinfo` cannot be interrupted: a look-up that was given up goes on
            match SYSTEM.run(move || look_up(&owned, family)).await {
                Ok(looked_up) => looked_up,
                // the runtime is shutting down
                Err(error) => Err(failure("ECANCELED", name, &error)),
            }
        })
    }

    fn goes_on(&self) -> bool {
        true
    }
}

fn look_up(name: &str, family: Option<Family>) -> Result<Vec<Answer>, Error> {
    let hints = AddrInfoHints {
        socktype: SockType::Stream.into(),
        address: match family {
            None => 0,
            Some(Family::V4) => AddrFamily::Inet.into(),
            Some(Family::V6) => AddrFamily::Inet6.into(),
        },
        ..AddrInfoHints::default()
    };
    let found = getaddrinfo(Some(name), None, Some(hints)).map_err(|error| lookup_failure(name, error))?;
    let mut answers = Vec::new();
    for info in found {
        let address = info
            .map_err(|error| failure(system_code(&error), name, &error))?
            .sockaddr;
        let answer = Answer::from(address);
        // /etc/hosts may list a name twice
        if !answers.contains(&answer) {
            answers.push(answer);
        }
    }
    Ok(answers)
}

/// Node's codes: `ENOTFOUND` for a name that does not exist or has no address, the resolver's own for the rest.
fn lookup_failure(name: &str, error: LookupError) -> Error {
    let (kind, number) = (error.kind(), error.error_num());
    let error = io::Error::from(error);
    let code = match kind {
        LookupErrorKind::NoName | LookupErrorKind::NoData => "ENOTFOUND",
        LookupErrorKind::Again => "EAI_AGAIN",
        LookupErrorKind::Badflags => "EAI_BADFLAGS",
        LookupErrorKind::Fail => "EAI_FAIL",
        LookupErrorKind::Family => "EAI_FAMILY",
        LookupErrorKind::Memory => "EAI_MEMORY",
        LookupErrorKind::Service => "EAI_SERVICE",
        LookupErrorKind::Socktype => "EAI_SOCKTYPE",
        LookupErrorKind::System => system_code(&error),
        // Windows: a number of Winsock
        LookupErrorKind::IO | LookupErrorKind::Unknown if error.raw_os_error().is_some() => {
            system_code(&error)
        }
        LookupErrorKind::IO | LookupErrorKind::Unknown => {
            match BEYOND_POSIX.iter().find(|(known, _)| *known == number) {
                Some((_, code)) => code,
                None => {
                    return failure(
                        "UNKNOWN",
                        name,
                        &format_args!("{error} (error {number} of getaddrinfo)"),
                    );
                }
            }
        }
    };
    failure(code, name, &system_words(&error))
}

fn failure(code: &'static str, name: &str, reason: &dyn std::fmt::Display) -> Error {
    Error::new(
        Kind::ConnectError,
        Phase::Dns,
        code,
        format!("cannot resolve the host {name}: {reason}"),
    )
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn each_failure_of_getaddrinfo_has_the_code_of_node() {
        for (number, code) in [
            (libc::EAI_NONAME, "ENOTFOUND"),
            (libc::EAI_NODATA, "ENOTFOUND"),
            (libc::EAI_AGAIN, "EAI_AGAIN"),
            (libc::EAI_BADFLAGS, "EAI_BADFLAGS"),
            (libc::EAI_FAIL, "EAI_FAIL"),
            (libc::EAI_FAMILY, "EAI_FAMILY"),
            (libc::EAI_MEMORY, "EAI_MEMORY"),
            (libc::EAI_SERVICE, "EAI_SERVICE"),
            (libc::EAI_SOCKTYPE, "EAI_SOCKTYPE"),
        ] {
            let error = lookup_failure("a.example", LookupError::new(number));
            assert_eq!(
                (error.kind, error.phase, error.code),
                (Kind::ConnectError, Phase::Dns, code)
            );
            assert!(error.message.contains("a.example"), "{error}");
        }
    }

    #[test]
    fn an_unknown_failure_of_getaddrinfo_keeps_its_number() {
        let error = lookup_failure("a.example", LookupError::new(-4242));
        assert_eq!(error.code, "UNKNOWN");
        assert!(error.message.contains("-4242"), "{error}");
    }

    #[cfg(target_env = "gnu")]
    #[test]
    fn the_codes_of_glibc_are_known() {
        for (number, code) in BEYOND_POSIX {
            assert_eq!(lookup_failure("a.example", LookupError::new(*number)).code, *code);
        }
    }
}
