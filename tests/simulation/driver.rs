//! Lives a life: time, weather, people, crashes and restarts by seed, then a world without faults in which everything has
//! to come to rest. Judges the end; every step before it is judged in `life`.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use jiff::SignedDuration;
use oktodesk::{
    desk::event::OutboxState,
    domain::{order::delivery::Delivery, value::ids::OrderId},
    ports::journal::{EventKind, OrderRow, OutboxEntry},
};
use tokio::time::sleep;

use super::{
    ledger::{is_held, status_of},
    life::{ADDRESSES, Kind, Life, Steps},
    network::Weather,
    people,
    program::{Program, seed_jitter},
    server::{Endpoint, Mood, is_refused},
    world::{Planted, Scene},
};

/// What became of a life.
pub struct Outcome {
    pub seed: u64,
    pub steps: Steps,
    pub violations: Vec<String>,
    pub trace: Vec<String>,
    /// Of everything that happened, in sequence.
    pub digest: u64,
    pub kills: u32,
    pub orders: usize,
}

/// Steps before the world heals.
pub const LENGTH: u64 = 1500;

/// Lives the life of a seed on this thread.
pub fn live(seed: u64, planted: Option<Planted>) -> Outcome {
    live_in(seed, planted, None)
}

/// The same in a world that is all about one thing.
pub fn live_in(seed: u64, planted: Option<Planted>, scene: Option<Scene>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    seed_jitter(seed);
    runtime.block_on(async {
        let life = Life::new(seed, planted, scene);
        let mut house = House { life: Arc::clone(&life), programs: vec![], kills: 0 };
        house.start().await;
        while life.state().steps.all() < LENGTH && !life.is_over() {
            house.step().await;
        }
        if !life.is_over() {
            house.heal().await;
        }
        if !life.is_over() {
            let wrong = house.judge().await;
            life.state().violated(wrong);
        }
        let (steps, orders) = {
            let state = life.state();
            (state.steps, state.ledger.orders.len())
        };
        let (trace, digest) = life.trace();
        Outcome { seed, steps, violations: life.violations(), trace, digest, kills: house.kills, orders }
    })
}

/// The programs that run.
struct House {
    life: Arc<Life>,
    programs: Vec<Option<Program>>,
    kills: u32,
}

impl House {
    async fn start(&mut self) {
        for slot in 0..self.life.world.programs {
            let server = {
                let mut state = self.life.state();
                usize::from(slot > 0 && self.life.world.moves && state.random.chance(400))
            };
            let program = Program::start(&self.life, slot, server).await;
            self.programs.push(Some(program));
        }
    }

    async fn step(&mut self) {
        let (life, time) = (Arc::clone(&self.life), self.time());
        tokio::select! {
            biased;
            () = life.news.notified() => {}
            () = sleep(time) => {}
        }
        life.step(Kind::Clock, String::new()).await;
        self.clear_away().await;
        for program in self.programs.iter_mut().flatten() {
            program.drain();
        }
        let die = life.state().random.below(100);
        match die {
            0..5 => self.weather().await,
            5..8 => self.clock().await,
            8..10 => self.kitchen().await,
            10..14 => self.open_or_close().await,
            14 => {
                let slot = self.slot();
                if self.programs[slot].is_some() && life.world.crashes > 0 {
                    life.state().dead.insert(slot);
                    self.clear_away().await;
                }
            }
            _ => {
                let slot = self.slot();
                if let Some(program) = &mut self.programs[slot] {
                    people::act(program).await;
                }
            }
        }
    }

    fn time(&self) -> Duration {
        let mut state = self.life.state();
        let random = &mut state.random;
        match random.below(100) {
            0..55 => random.millis(0, 40),
            55..85 => random.millis(40, 1_000),
            85..98 => random.millis(1_000, 8_000),
            _ => random.millis(8_000, 90_000),
        }
    }

    fn slot(&self) -> usize {
        self.life.state().random.index(self.programs.len())
    }

    async fn clear_away(&mut self) {
        let dead: Vec<_> = self.life.state().dead.iter().copied().collect();
        for slot in dead {
            if let Some(program) = self.programs[slot].take() {
                self.kills += 1;
                program.kill().await;
            }
        }
    }

    async fn weather(&self) {
        let what = {
            let mut state = self.life.state();
            state.weather = if state.random.chance(400) { Weather::Calm } else { *state.random.pick(&Weather::ALL) };
            let moods = match self.life.world.scene {
                Some(Scene::Refusals) => [Mood::KeyRefused; 6],
                _ => [Mood::Well, Mood::Well, Mood::Well, Mood::KeyRefused, Mood::Throttled, Mood::Broken],
            };
            let mood = *state.random.pick(&moods);
            // One endpoint alone, or all of them.
            let is_alone = self.life.world.scene.is_some() || state.random.chance(500);
            let alone = is_alone.then(|| *state.random.pick(&Endpoint::ALL));
            let of = |endpoint: Endpoint| if alone.is_none_or(|alone| alone == endpoint) { mood } else { Mood::Well };
            state.servers.iter_mut().for_each(|server| server.moods = Endpoint::ALL.map(of));
            let disk = if self.life.world.scene.is_some() { 1000 } else { state.random.below(1000) };
            (state.bad_disk, state.read_only) = (disk < 250, (250..350).contains(&disk));
            if disk < 350 {
                state.bad_at = self.life.elapsed();
            }
            format!(
                "{:?}, {mood:?} at {alone:?}, bad disk: {}, read only: {}",
                state.weather, state.bad_disk, state.read_only
            )
        };
        self.life.step(Kind::Event, what).await;
    }

    async fn clock(&self) {
        if !self.life.world.clock_steps {
            return;
        }
        let seconds = {
            let mut state = self.life.state();
            // Set to and fro between two looks of another program, nobody could tell by the rows what is new.
            if self.life.elapsed() < state.stepped_at + Duration::from_secs(60) {
                return;
            }
            let span = *state.random.pick(&[2, 90, 4_000]);
            let seconds = state.random.below(2 * span) as i64 - span as i64;
            state.set_clock(SignedDuration::from_secs(seconds), self.life.elapsed());
            seconds
        };
        self.life.step(Kind::Clock, format!("the wall clock is set by {seconds} s")).await;
    }

    /// Somebody else sets a status.
    async fn kitchen(&self) {
        let what = {
            let mut state = self.life.state();
            let number = state.random.below(1000);
            let state = &mut *state;
            let server = &mut state.servers[0];
            // Where only ready orders are listed, nobody could ever know of it.
            if server.orders.is_empty() || !server.lists.1 {
                return;
            }
            let order = state.random.index(server.orders.len());
            let order = &mut server.orders[order];
            order.status = format!("k{number}");
            order.history.push(order.status.clone());
            format!("the kitchen sets {} to {}", order.id, order.status)
        };
        self.life.step(Kind::Event, what).await;
    }

    /// Ends a program, or starts one that is not there, perhaps for another address.
    async fn open_or_close(&mut self) {
        let slot = self.slot();
        if let Some(program) = self.programs[slot].take() {
            if !program.end().await {
                self.kills += 1;
            }
            return;
        }
        let server = {
            let mut state = self.life.state();
            usize::from(self.life.world.moves && state.random.chance(300))
        };
        self.programs[slot] = Some(Program::start(&self.life, slot, server).await);
    }

    /// A world without faults: whoever is left stays, somebody is there, and all are configured for the first address.
    async fn heal(&mut self) {
        self.clear_away().await;
        {
            let mut state = self.life.state();
            state.healed = true;
            state.weather = Weather::Calm;
            (state.bad_disk, state.read_only) = (false, false);
            for server in &mut state.servers {
                server.moods = [Mood::Well; 4];
                server.whole = true;
            }
        }
        self.life.step(Kind::Event, "everything is well from now on".into()).await;
        for slot in 0..self.programs.len() {
            if self.programs[slot].as_ref().is_some_and(|program| program.server != 0)
                && let Some(program) = self.programs[slot].take()
            {
                program.end().await;
            }
        }
        self.somebody_is_there().await;
        let mut calm = 0;
        self.programs.iter_mut().flatten().for_each(|program| program.lists = 0);
        // Longer than the longest wait there is: a refused key or a throttling of five minutes, and a late answer.
        for _ in 0..600 {
            sleep(Duration::from_secs(2)).await;
            self.life.step(Kind::Clock, String::new()).await;
            // A write that was under way may still have been the last thing of a program.
            self.somebody_is_there().await;
            self.programs.iter_mut().flatten().for_each(Program::drain);
            if !self.restless().await.is_empty() {
                calm = 0;
                self.programs.iter_mut().flatten().for_each(|program| program.lists = 0);
                continue;
            }
            calm += 1;
            // Some polls more: what others know has to be known here.
            let has_lists = self.programs.iter().flatten().all(|program| program.lists > 2);
            if calm > 5 && has_lists || self.life.is_over() {
                return;
            }
        }
    }

    async fn somebody_is_there(&mut self) {
        self.clear_away().await;
        if self.programs.iter().all(Option::is_none) {
            self.programs[0] = Some(Program::start(&self.life, 0, 0).await);
        }
    }

    /// What still waits although nothing keeps it.
    async fn restless(&self) -> Vec<String> {
        let (rows, outbox) = self.life.look().await;
        let wall = self.life.wall();
        let mut found = Vec::new();
        let is_kept = |entry: &&OutboxEntry| is_held(entry, ADDRESSES[0], wall) || entry.delivery.needs_person();
        let kept: BTreeSet<_> = outbox.iter().filter(is_kept).map(|entry| &entry.order_id).collect();
        for entry in outbox.iter().filter(|entry| !kept.contains(&entry.order_id)) {
            found.push(format!("liveness: {} of {} still waits", entry.seq, entry.order_id));
        }
        for row in rows.iter().filter(|row| row.delivery == Delivery::Sending) {
            found.push(format!("liveness: {} is still being sent", row.order_id));
        }
        let people: usize = self.programs.iter().flatten().map(|program| program.people.len()).sum();
        if people > 0 {
            found.push(format!("liveness: {people} people still wait"));
        }
        for program in self.programs.iter().flatten() {
            found.extend(told_wrong(program, &rows, &outbox, wall));
        }
        found
    }

    /// What has to be so at the end.
    async fn judge(&self) -> Vec<String> {
        let mut wrong = self.restless().await;
        let (rows, _) = self.life.look().await;
        for row in &rows {
            let events = self.life.store.order(&row.order_id).await.unwrap().events;
            let state = self.life.state();
            let asked = &state.ledger.orders[&row.order_id].acknowledged_statuses;
            let has =
                |kind: EventKind, word: &str| events.iter().any(|event| event.kind == kind && event.detail == word);
            let was_cancelled = events.iter().any(|event| event.kind == EventKind::Cancelled);
            for status in asked {
                let is_known = has(EventKind::StatusSet, status)
                    || has(EventKind::StatusRefused, status)
                    || was_cancelled
                    || row.pending_status.is_some();
                if !has(EventKind::StatusRequested, status) || !is_known {
                    wrong.push(format!("I1: {status} of {} was acknowledged and is lost", row.order_id));
                }
                if has(EventKind::StatusSet, status) && is_refused(status) {
                    wrong.push(format!("I3: {status} of {} is set here and was refused there", row.order_id));
                }
            }
            wrong.extend(self.status_differs(row, &state.servers[0]));
        }
        wrong
    }

    /// Ours shows what the shop's own list shows, once nothing is on its way.
    fn status_differs(&self, row: &OrderRow, server: &super::server::Server) -> Option<String> {
        let theirs = server.orders.iter().filter(|order| order.id == row.order_id);
        let theirs: Vec<_> = theirs.map(|order| order.status.as_str()).collect();
        let is_settled = matches!(row.delivery, Delivery::Accepted { .. }) && row.pending_status.is_none();
        // One that was created twice has two statuses; a person sees both rows.
        if !is_settled || theirs.len() != 1 || row.status.as_deref() == Some(theirs[0]) {
            return None;
        }
        Some(format!("status: {} is shown as {:?} and is {}", row.order_id, row.status, theirs[0]))
    }
}

/// What the screen and the status bar of a program do not show as it is.
fn told_wrong(program: &Program, rows: &[OrderRow], outbox: &[OutboxEntry], wall: jiff::Timestamp) -> Vec<String> {
    let slot = program.slot;
    let mut wrong = Vec::new();
    if let Some(reason) = &program.stopped {
        wrong.push(format!("visible: the worker of program {slot} stopped: {reason}"));
    }
    for row in rows.iter().filter(|row| program.rows.get(&row.order_id) != Some(row)) {
        let shown = program.rows.get(&row.order_id).map(|row| row.delivery.word());
        wrong.push(format!("visible: program {slot} shows {} as {shown:?}, it is {row:?}", row.order_id));
    }
    let is_held =
        |entry: &&OutboxEntry| !entry.delivery.needs_person() && is_held(entry, ADDRESSES[program.server], wall);
    let held: BTreeSet<&OrderId> = outbox.iter().filter(is_held).map(|entry| &entry.order_id).collect();
    let OutboxState { needs_person, held: shown, .. } = &program.outbox;
    if shown.iter().map(|(id, _)| id).collect::<BTreeSet<_>>() != held {
        wrong.push(format!("visible: program {slot} shows {shown:?} as held, {held:?} are"));
    }
    let needy: BTreeSet<&OrderId> =
        rows.iter().filter(|row| row.needs_person()).map(|row| &row.order_id).chain(held).collect();
    if *needs_person != needy.len() {
        wrong.push(format!("visible: program {slot} counts {needs_person} that need a person, {needy:?} do"));
    }
    wrong.extend(
        (outbox.iter().filter(|entry| entry.attempts > 1000))
            .map(|entry| format!("liveness: {:?} of {} is sent without end", status_of(&entry.task), entry.order_id)),
    );
    wrong
}
