//! Numbers that look random and are always the same: SplitMix64, written out so that a seed means the same after every
//! update of a crate. What is made of the numbers is the business of who asks for them.

/// The generator; the number is its whole state.
pub struct SplitMix64(pub u64);

impl SplitMix64 {
    /// The next number, uniform over all of them.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
