//! The memory that sessions read into. They share it, because each leaves nothing in it: ten thousand quiet sessions take
//! no buffers.

use std::cell::RefCell;

/// Bytes of one read.
const SIZE: usize = 64 * 1024;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Lends this thread's memory. A session that needs it while another has it gets memory of its own.
pub(super) fn with<T>(act: impl FnOnce(&mut [u8]) -> T) -> T {
    SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
        Ok(mut bytes) => {
            bytes.resize(SIZE, 0);
            act(&mut bytes)
        }
        Err(_) => act(&mut [0; 4096]),
    })
}
