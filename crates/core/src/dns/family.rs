//! The two families of addresses.

use std::net::IpAddr;

use super::{Lookup, Question, Resolve};
use crate::{Error, Kind, Phase};

/// A version of IP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// The family of an address.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }
}

/// Leaves out the addresses of the other family.
pub(super) struct OfFamily<R> {
    pub(super) family: Family,
    pub(super) source: R,
}

impl<R: Resolve> Resolve for OfFamily<R> {
    fn resolve<'a>(&'a self, question: Question<'a>) -> Lookup<'a> {
        Box::pin(async move {
            let mut answers = self.source.resolve(question).await?;
            let all = answers.len();
            answers.retain(|answer| Family::of(answer.address.ip()) == self.family);
            if answers.is_empty() && all > 0 {
                let (name, family) = (question.name, self.family.name());
                let message = format!("the host {name} has no {family} address, and no other may be used");
                return Err(Error::new(Kind::ConnectError, Phase::Dns, "ENOTFOUND", message));
            }
            Ok(answers)
        })
    }

    fn goes_on(&self) -> bool {
        self.source.goes_on()
    }

    fn forget(&self, name: &str) {
        self.source.forget(name);
    }
}
