//! Chance that can be repeated: everything a story does at random follows from its seed.

use oktodesk_testkit::splitmix::SplitMix64;

/// The same seed gives the same story on every machine.
pub struct Dice(SplitMix64);

impl Dice {
    pub fn new(name: &str, seed: u64) -> Self {
        // FNV-1a, so that the stories of two points with one seed differ.
        let start = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(SplitMix64(start ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// A number below `n`, which is not 0.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0.draw() % n
    }

    /// From 1 to `n`.
    pub fn up_to(&mut self, n: u64) -> u64 {
        1 + self.below(n)
    }

    pub fn one_of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }

    pub fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}
