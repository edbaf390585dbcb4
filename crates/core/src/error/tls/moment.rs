//! Moments of certificates, which messages show as days.

use std::fmt;

use rustls::pki_types::UnixTime;

const DAY: u64 = 1_000_000;

/// A moment in UTC as one number, which reads like 20240229235959.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) u64);

impl From<UnixTime> for Moment {
    /// By Howard Hinnant's `civil_from_days`.
    fn from(time: UnixTime) -> Self {
        let (days, seconds) = (time.as_secs() / 86_400 + 719_468, time.as_secs() % 86_400);
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        let clock = seconds / 3600 * 10_000 + seconds / 60 % 60 * 100 + seconds % 60;
        Self((year * 10_000 + month * 100 + day) * DAY + clock)
    }
}

impl fmt::Display for Moment {
    /// Its day, like 2024-02-29.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.0 / DAY;
        write!(
            formatter,
            "{:04}-{:02}-{:02}",
            day / 10_000,
            day / 100 % 100,
            day % 100
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_moment_is_a_number_and_shows_its_day() {
        for (seconds, number, day) in [
            (0, 19_700_101_000_000, "1970-01-01"),
            (951_782_399, 20_000_228_235_959, "2000-02-28"),
            (951_782_400, 20_000_229_000_000, "2000-02-29"),
            (1_709_164_800, 20_240_229_000_000, "2024-02-29"),
            (1_735_689_599, 20_241_231_235_959, "2024-12-31"),
            (4_102_444_861, 21_000_101_000_101, "2100-01-01"),
        ] {
            let moment = Moment::from(UnixTime::since_unix_epoch(Duration::from_secs(seconds)));
            assert_eq!((moment.0, &*moment.to_string()), (number, day));
        }
    }
}
