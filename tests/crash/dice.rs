//! Chance that can be repeated: everything a story does at random follows from its seed.

/// A small generator (splitmix64): the same seed gives the same story on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(name: &str, seed: u64) -> Self {
        // FNV-1a, so that the stories of two points with one seed differ.
        let start = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(start ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// A number below `n`, which is not 0.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % n
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
