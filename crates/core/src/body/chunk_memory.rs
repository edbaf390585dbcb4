//! Memory that an owner of uploads copies their chunks to, on its own thread.
//!
//! Chunks lie one behind the other in blocks. Those of one upload that are handed over together become one, if the owner wants
//! that: connections, and servers, handle fewer and larger chunks. A block is used again when the connections are done with all
//! that is in it. With an allocation for each chunk, one thread would free what the other allocates, and both wait for the
//! allocator's lock.

use bytes::{Bytes, BytesMut};

/// Some chunks: most sources give 64 KiB at once. What is joined is no longer.
const BLOCK: usize = 256 * 1024;

/// As many as one upload keeps busy: up to 1 MiB waits, its connection holds half of that, and one is being filled.
const MOST_BLOCKS: usize = 7;

/// The blocks, and the chunks to hand over.
#[derive(Debug, Default)]
pub struct ChunkMemory {
    /// The last one is being filled. Chunks that were handed over may still be in all of them.
    blocks: Vec<BytesMut>,
    /// Whether the last block has a chunk that is not in `copied` yet, to which others can be joined.
    is_open: bool,
    copied: Vec<Bytes>,
}

impl ChunkMemory {
    /// Copies a chunk. If it `joins` the chunk before, it is made a part of that, as far as there is room; returns whether it was.
    pub fn copy(&mut self, chunk: &[u8], joins: bool) -> bool {
        if joins && self.join(chunk) {
            return true;
        }
        self.end_chunk();
        if chunk.len() > BLOCK {
            self.copied.push(Bytes::copy_from_slice(chunk));
            return false;
        }
        let mut block = match self.blocks.pop() {
            Some(block) if block.capacity() >= chunk.len() => block,
            full => {
                self.blocks.extend(full);
                self.empty_block()
            }
        };
        block.extend_from_slice(chunk);
        self.blocks.push(block);
        self.is_open = true;
        false
    }

    /// The chunks since the last call, to be taken out.
    pub fn chunks(&mut self) -> &mut Vec<Bytes> {
        self.end_chunk();
        &mut self.copied
    }

    fn join(&mut self, chunk: &[u8]) -> bool {
        let block = self.blocks.last_mut().filter(|_| self.is_open);
        let Some(block) = block.filter(|block| block.capacity() - block.len() >= chunk.len()) else {
            return false;
        };
        block.extend_from_slice(chunk);
        true
    }

    fn end_chunk(&mut self) {
        if std::mem::take(&mut self.is_open)
            && let Some(block) = self.blocks.last_mut()
        {
            self.copied.push(block.split().freeze());
        }
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

    fn copied(memory: &mut ChunkMemory, chunk: &[u8]) -> Bytes {
        assert!(!memory.copy(chunk, false));
        let mut chunks = std::mem::take(memory.chunks());
        assert_eq!(chunks.len(), 1);
        chunks.remove(0)
    }

    #[test]
    fn a_block_is_used_again_when_all_of_its_chunks_are_gone() {
        let mut memory = ChunkMemory::default();
        let chunk = vec![1; BLOCK / 2];
        let first = copied(&mut memory, &chunk);
        let second = copied(&mut memory, &chunk);
        let began = first.as_ptr();
        drop(first);
        let third = copied(&mut memory, &chunk);
        assert_ne!(third.as_ptr(), began, "the second chunk is still there");
        drop(second);
        copied(&mut memory, &chunk);
        let again = copied(&mut memory, &vec![2; BLOCK]);
        assert_eq!(again.as_ptr(), began);
        assert_eq!(third, chunk);
        assert_eq!(again, vec![2; BLOCK]);
    }

    #[test]
    fn few_blocks_are_kept_however_many_chunks_are_held() {
        let mut memory = ChunkMemory::default();
        let held: Vec<_> = (0..20).map(|n| copied(&mut memory, &vec![n; BLOCK])).collect();
        assert_eq!(memory.blocks.len(), MOST_BLOCKS);
        for (n, chunk) in held.iter().enumerate() {
            assert!(chunk.iter().all(|byte| usize::from(*byte) == n));
        }
    }

    #[test]
    fn a_chunk_that_is_larger_than_a_block_has_memory_of_its_own() {
        let mut memory = ChunkMemory::default();
        let chunk = vec![3; BLOCK + 1];
        assert_eq!(copied(&mut memory, &chunk), chunk);
        assert!(memory.blocks.is_empty());
        assert!(!memory.copy(b"behind it", true), "there is no block to join");
        assert_eq!(memory.chunks()[0], &b"behind it"[..]);
    }

    #[test]
    fn chunks_are_joined_until_they_are_taken_or_their_block_is_full() {
        let mut memory = ChunkMemory::default();
        assert!(!memory.copy(b"a", true), "the first joins nothing");
        assert!(memory.copy(b"b", true));
        assert!(!memory.copy(b"c", false), "of another upload");
        assert!(memory.copy(b"d", true));
        assert_eq!(std::mem::take(memory.chunks()), ["ab", "cd"]);
        assert!(!memory.copy(b"e", true), "the chunk before was taken");
        assert!(!memory.copy(&vec![0; BLOCK - 4], true), "there is no room");
        assert_eq!(
            memory.chunks().iter().map(Bytes::len).collect::<Vec<_>>(),
            [1, BLOCK - 4]
        );
    }
}
