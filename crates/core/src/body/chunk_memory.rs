//! Memory that an owner of uploads copies their chunks to, on its own thread.
//!
//! Chunks that come one after another share a block, and a block is used again when the connections are done with all that is
//! in it. With an allocation for each chunk, one thread frees what the other allocates, and both wait for the allocator's lock.

use bytes::{Bytes, BytesMut};

/// Some chunks: most sources give 64 KiB at once.
const BLOCK: usize = 256 * 1024;

/// As many as one upload keeps busy: up to 1 MiB waits, its connection holds half of that, and one is being filled.
const MOST_BLOCKS: usize = 7;

/// The blocks. Chunks may still be in them.
#[derive(Default)]
pub struct ChunkMemory {
    /// The last one is being filled; the one before it was filled last.
    blocks: Vec<BytesMut>,
}

impl ChunkMemory {
    /// A copy of a chunk.
    pub fn copy(&mut self, chunk: &[u8]) -> Bytes {
        if chunk.len() > BLOCK {
            return Bytes::copy_from_slice(chunk);
        }
        let mut block = match self.blocks.pop() {
            Some(block) if block.capacity() >= chunk.len() => block,
            full => {
                self.blocks.extend(full);
                self.empty_block()
            }
        };
        block.extend_from_slice(chunk);
        let copy = block.split().freeze();
        self.blocks.push(block);
        copy
    }

    fn empty_block(&mut self) -> BytesMut {
        // the one that was used last is in the processor's caches
        if let Some(unused) = self.blocks.iter_mut().rposition(|block| block.try_reclaim(BLOCK)) {
            return self.blocks.remove(unused);
        }
        if self.blocks.len() == MOST_BLOCKS {
            // the last of its chunks frees it
            self.blocks.remove(0);
        }
        BytesMut::with_capacity(BLOCK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_used_again_when_all_of_its_chunks_are_gone() {
        let mut memory = ChunkMemory::default();
        let chunk = vec![1; BLOCK / 2];
        let first = memory.copy(&chunk);
        let second = memory.copy(&chunk);
        let began = first.as_ptr();
        drop(first);
        let third = memory.copy(&chunk);
        assert_ne!(third.as_ptr(), began, "the second chunk is still there");
        drop(second);
        memory.copy(&chunk);
        let again = memory.copy(&[2; BLOCK]);
        assert_eq!(again.as_ptr(), began);
        assert_eq!(third, chunk);
        assert_eq!(again, [2; BLOCK][..]);
    }

    #[test]
    fn few_blocks_are_kept_however_many_chunks_are_held() {
        let mut memory = ChunkMemory::default();
        let held: Vec<_> = (0..20).map(|n| memory.copy(&[n; BLOCK])).collect();
        assert_eq!(memory.blocks.len(), MOST_BLOCKS);
        for (n, chunk) in held.iter().enumerate() {
            assert!(chunk.iter().all(|byte| usize::from(*byte) == n));
        }
    }

    #[test]
    fn a_chunk_that_is_larger_than_a_block_has_memory_of_its_own() {
        let mut memory = ChunkMemory::default();
        let chunk = vec![3; BLOCK + 1];
        assert_eq!(memory.copy(&chunk), chunk);
        assert!(memory.blocks.is_empty());
    }
}
