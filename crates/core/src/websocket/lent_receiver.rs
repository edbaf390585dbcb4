//! The receiver of a session while something is under way, and the one that quiet sessions have in common.
//!
//! Most reads end with the end of a frame, and a session then keeps no receiver: ten thousand quiet sessions take none. The
//! thread keeps one for the next read, so that it takes no memory anew.

use std::cell::Cell;

use super::receiver::Receiver;
use super::settings::Settings;

thread_local! {
    static SPARE: Cell<Option<Box<Receiver>>> = const { Cell::new(None) };
}

/// See the [module](self).
#[derive(Debug, Default)]
pub(super) struct LentReceiver(Option<Box<Receiver>>);

impl LentReceiver {
    /// The receiver of a session with these settings.
    pub(super) fn get(&mut self, settings: &Settings) -> &mut Receiver {
        self.0.get_or_insert_with(|| match SPARE.take() {
            Some(mut spare) => {
                spare.begin_session(settings);
                spare
            }
            None => Box::new(Receiver::new(settings)),
        })
    }

    /// Whether a frame is under way.
    pub(super) fn is_in_frame(&self) -> bool {
        self.0.as_ref().is_some_and(|receiver| receiver.is_in_frame())
    }

    /// Gives the receiver back if the next bytes need nothing of those before.
    pub(super) fn rest(&mut self) {
        if let Some(receiver) = self.0.take_if(|receiver| receiver.is_fresh()) {
            SPARE.set(Some(receiver));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::receiver::Event;
    use super::super::settings::{Compression, Heartbeat};
    use super::*;

    fn settings(max_message_bytes: u64, is_compressed: bool) -> Settings {
        Settings {
            compression: is_compressed.then_some(Compression {
                server_no_context_takeover: false,
                client_no_context_takeover: false,
                client_max_window_bits: 15,
            }),
            max_message_bytes: Some(max_message_bytes),
            heartbeat: Heartbeat {
                interval: None,
                timeout: None,
            },
            close_timeout: Duration::from_secs(1),
        }
    }

    /// Reads these bytes. Returns whether a message ends in them, and whether the receiver is still lent after that.
    fn read(lent: &mut LentReceiver, settings: &Settings, mut bytes: &[u8]) -> (bool, bool) {
        let event = lent.get(settings).next(&mut bytes).unwrap();
        let is_message = matches!(event, Some(Event::Message(..)));
        lent.rest();
        (is_message, lent.0.is_some())
    }

    #[test]
    fn a_receiver_is_given_back_at_the_end_of_a_message_and_not_before() {
        let settings = settings(100, false);
        let mut lent = LentReceiver::default();
        // half of a head, half of a payload, a fragment with a ping behind it
        assert_eq!(read(&mut lent, &settings, &[0x82]), (false, true));
        assert_eq!(read(&mut lent, &settings, &[2, b'a']), (false, true));
        assert_eq!(read(&mut lent, &settings, b"b"), (true, false));
        assert_eq!(read(&mut lent, &settings, &[0x01, 1, b'a']), (false, true));
        assert_eq!(read(&mut lent, &settings, &[0x89, 0]), (false, true));
        assert_eq!(read(&mut lent, &settings, &[0x80, 1, b'b']), (true, false));
        assert_eq!(read(&mut lent, &settings, &[0x89, 0]), (false, false));
    }

    #[test]
    fn a_receiver_that_inflates_stays_and_so_does_one_in_a_flood_of_long_frames() {
        let compressed = settings(100_000, true);
        let mut lent = LentReceiver::default();
        assert_eq!(read(&mut lent, &compressed, &[0x82, 1, b'a']), (true, false));
        // an empty message, deflated
        assert_eq!(read(&mut lent, &compressed, &[0xc2, 1, 0]), (true, true));
        let plain = settings(100_000, false);
        let mut lent = LentReceiver::default();
        let mut long = vec![0x82, 126, 0x80, 0];
        long.resize(4 + 0x8000, 0);
        assert_eq!(read(&mut lent, &plain, &long), (true, true));
        assert_eq!(read(&mut lent, &plain, &[0x82, 1, b'a']), (true, false));
    }

    #[test]
    fn a_receiver_has_the_settings_of_the_session_that_it_is_lent_to() {
        let (small, large) = (settings(1, false), settings(100, true));
        for _ in 0..2 {
            let mut lent = LentReceiver::default();
            assert_eq!(read(&mut lent, &large, &[0x82, 2, b'a', b'b']), (true, false));
            let mut lent = LentReceiver::default();
            let violation = lent
                .get(&small)
                .next(&mut &[0x82, 2, b'a', b'b'][..])
                .unwrap_err();
            assert_eq!(violation.code, 1009);
            let mut lent = LentReceiver::default();
            let violation = lent.get(&small).next(&mut &[0xc2, 1, 0][..]).unwrap_err();
            assert_eq!(violation.code, 1002);
        }
    }
}
