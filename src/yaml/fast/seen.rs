//! Blocks that were walked over before: many documents have the same probes, ports and volumes.

use crate::yaml::parsed::ListStyles;

/// More keys than a workload has whose blocks are walked over.
const MOST_KEYS: usize = 16;

/// Of each key: those of the containers of a workload may take turns.
const MOST_BLOCKS: usize = 4;

/// The last blocks of each key.
#[derive(Debug, Default)]
pub struct Seen(Vec<Below>);

#[derive(Debug)]
struct Below {
    key: String,
    blocks: Vec<Block>,
    /// Which of them is replaced next.
    oldest: usize,
}

/// A block, and what its meaning depends on: the column of its key, and how many collections are open around it.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) column: usize,
    pub(super) depth: usize,
    /// From the colon behind its key to the next content, which is a letter in the column `next`.
    pub(super) text: String,
    pub(super) next: usize,
    /// Behind the colon.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) is_list: bool,
    pub(super) lists: ListStyles,
}

impl Seen {
    /// The blocks of a key.
    pub(super) fn below(&self, key: &str) -> &[Block] {
        let below = self.0.iter().find(|below| below.key == key);
        below.map_or(&[], |below| &below.blocks)
    }

    /// Where another block of a key is kept; `None` if there are too many keys.
    pub(super) fn place(&mut self, key: &str) -> Option<&mut Block> {
        let known = self.0.iter().position(|below| below.key == key);
        let at = match known {
            Some(at) => at,
            None if self.0.len() == MOST_KEYS => return None,
            None => {
                self.0.push(Below {
                    key: key.to_owned(),
                    blocks: Vec::new(),
                    oldest: 0,
                });
                self.0.len() - 1
            }
        };
        let below = &mut self.0[at];
        if below.blocks.len() < MOST_BLOCKS {
            below.blocks.push(Block::default());
            return below.blocks.last_mut();
        }
        let at = below.oldest;
        below.oldest = (at + 1) % MOST_BLOCKS;
        below.blocks.get_mut(at)
    }
}
