//! What kind of world a life is lived in: all of it from the seed, but for a guard that is broken and a scene that is asked for.

use oktodesk::desk::send::outbox::RepeatedOrderId;

use super::{random::Random, server::Repeats};

/// A guard that this life breaks: the check has to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    /// Unknown orders are sent again as if that were safe.
    RepeatsBlindly,
    /// Every program gets the right to send.
    TwoSenders,
    /// The journal says that it recorded an order and did not.
    LosesOrders,
    /// The journal says that it recorded a correction and did not.
    LosesCorrections,
    /// The journal says that it marked an attempt and did not.
    LosesMarks,
    /// Attempts of which nobody knows the outcome go back into the queue.
    Requeues,
    /// The client takes every answer for a good one.
    BelievesEverything,
    /// What was under way when the program ended stays under way.
    ForgetsRecovery,
    /// Waiting status changes are read in the wrong sequence.
    Overtakes,
    /// A status is shown as set when it is asked for.
    ShowsTooEarly,
    /// A saved draft is not there.
    LosesDrafts,
    /// The address an order was queued for is ignored.
    IgnoresAddress,
    /// An entry begins although it was sent elsewhere since it was read.
    StaleAddress,
    /// Every desk may write over the draft of another one.
    SharesDrafts,
    /// Guests that could not be looked up are told as unknown.
    ForgetsLookups,
    /// A store that can only be read says that it recorded an order.
    SaysSaved,
    /// What OktoPOS asked to be left alone for is forgotten at once.
    ForgetsPauses,
}

impl Planted {
    pub const ALL: [Self; 17] = [
        Self::RepeatsBlindly,
        Self::TwoSenders,
        Self::LosesOrders,
        Self::LosesCorrections,
        Self::LosesMarks,
        Self::Requeues,
        Self::BelievesEverything,
        Self::ForgetsRecovery,
        Self::Overtakes,
        Self::ShowsTooEarly,
        Self::LosesDrafts,
        Self::IgnoresAddress,
        Self::StaleAddress,
        Self::SharesDrafts,
        Self::ForgetsLookups,
        Self::SaysSaved,
        Self::ForgetsPauses,
    ];
}

/// What a world is all about, where that is not left to the seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// Endpoints that refuse the key by themselves, on a disk that is good.
    Refusals,
    /// Two desks and the same open orders.
    Drafts,
}

/// What kind of world a life is lived in, all of it from the seed.
#[derive(Debug, Clone)]
pub struct World {
    pub scene: Option<Scene>,
    pub planted: Option<Planted>,
    /// What the desk is told about the instances.
    pub repeated: RepeatedOrderId,
    pub programs: usize,
    /// In a thousand journal writes and calls each.
    pub crashes: u64,
    /// In a thousand writes and reads each, while the disk is bad.
    pub failures: u64,
    pub clock_steps: bool,
    pub moves: bool,
}

/// The world of a seed, what its instances do with a repeated `orderId`, and how they list orders.
pub fn world(planted: Option<Planted>, scene: Option<Scene>, random: &mut Random) -> (World, Repeats, (bool, bool)) {
    let repeats = *random.pick(&[Repeats::Doubles, Repeats::Doubles, Repeats::SameOrder, Repeats::Conflict]);
    let repeated = match repeats {
        Repeats::SameOrder if random.chance(700) => RepeatedOrderId::SameOrder,
        Repeats::Conflict if random.chance(700) => RepeatedOrderId::Conflict,
        _ => RepeatedOrderId::Unknown,
    };
    let crashes = *random.pick(&[0, 2, 10, 30]);
    // A race of two programs that are configured for different addresses: rare where seldom two of them run.
    let is_race = planted == Some(Planted::StaleAddress);
    let programs = 1 + random.index(3);
    let needs_two = scene == Some(Scene::Drafts) || planted == Some(Planted::SharesDrafts);
    let programs = if needs_two { programs.max(2) } else { programs };
    let world = World {
        scene,
        planted,
        repeated,
        programs: if is_race { 3 } else { programs },
        crashes,
        failures: *random.pick(&[50, 200, 700]),
        clock_steps: random.chance(600) && scene.is_none(),
        moves: random.chance(400) || is_race,
    };
    (world, repeats, (random.chance(500), random.chance(500)))
}
