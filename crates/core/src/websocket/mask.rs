//! Masks of a client's frames (RFC 6455 5.3): random, so that no peer can choose the bytes on the wire.

use std::cell::RefCell;

use rustls::crypto::aws_lc_rs;

/// Masks drawn at a time: the random source costs more than a copy of the masks.
const DRAWN: usize = 256;

thread_local! {
    /// Sessions share them: ten thousand with masks of their own would take megabytes.
    static MASKS: RefCell<Masks> = const { RefCell::new(Masks { drawn: [0; DRAWN * 4], used: DRAWN * 4 }) };
}

/// Masks that were drawn together.
struct Masks {
    drawn: [u8; DRAWN * 4],
    used: usize,
}

impl Masks {
    fn next(&mut self) -> Option<[u8; 4]> {
        if self.used == self.drawn.len() {
            let random = aws_lc_rs::default_provider().secure_random;
            random.fill(&mut self.drawn).ok()?;
            self.used = 0;
        }
        let mask = self.drawn[self.used..].first_chunk().copied();
        self.used += 4;
        mask
    }
}

/// The next mask. `None` if the system has no random bytes.
pub(super) fn next() -> Option<[u8; 4]> {
    MASKS.with_borrow_mut(Masks::next)
}

/// Masks a payload in place.
pub(super) fn apply(mask: [u8; 4], payload: &mut [u8]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = payload.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_covers_every_byte_and_undoes_itself() {
        for length in 0..40 {
            let payload: Vec<u8> = (0..length).collect();
            let mut masked = payload.clone();
            apply([0x37, 0xfa, 0x21, 0x3d], &mut masked);
            for (at, byte) in masked.iter().enumerate() {
                assert_eq!(*byte, payload[at] ^ [0x37, 0xfa, 0x21, 0x3d][at % 4]);
            }
            apply([0x37, 0xfa, 0x21, 0x3d], &mut masked);
            assert_eq!(masked, payload);
        }
    }

    #[test]
    fn masks_differ() {
        let drawn: std::collections::HashSet<_> = (0..DRAWN * 3).map(|_| next().unwrap()).collect();
        assert!(drawn.len() > DRAWN * 2);
    }
}
