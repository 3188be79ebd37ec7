//! What the program tells the script that started it. The numbers are a contract.

use std::process::ExitCode;

use crate::domain::order::delivery::Delivery;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All accepted, or done.
    Done,
    /// Something nobody expected.
    Unexpected,
    /// The command line or its input cannot be used; nothing was done.
    Usage,
    /// The configuration cannot be used.
    Config,
    /// OktoPOS refused it.
    Rejected,
    /// OktoPOS does not accept the key.
    KeyRefused,
    /// It may or may not have arrived.
    Unknown,
    /// Recorded and not sent.
    Queued,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::Config => 3,
            Self::Rejected => 4,
            Self::KeyRefused => 5,
            Self::Unknown => 6,
            Self::Queued => 7,
        }
    }

    /// What a delivery means for a script. A cancelled order is done with.
    pub fn of(delivery: &Delivery) -> Self {
        match delivery {
            Delivery::Queued => Self::Queued,
            Delivery::Accepted { .. } | Delivery::Cancelled => Self::Done,
            Delivery::Rejected { .. } => Self::Rejected,
            // Still under way when the command ends, in another program or because a person ended this one: "queued but not
            // sent" would be untrue, as its bytes may have left and nothing sends it again by itself. So a script must not
            // take it for one that is safely waiting; the next look (`orders`) tells what became of it.
            Delivery::Sending | Delivery::Unknown { .. } => Self::Unknown,
        }
    }

    /// Of two ends the one that needs a person more: unknown, rejected, key refused, queued, done.
    pub fn worse(self, other: Self) -> Self {
        let weight = |exit| match exit {
            Self::Done => 0,
            Self::Queued => 1,
            Self::KeyRefused => 2,
            Self::Rejected => 3,
            Self::Unknown => 4,
            Self::Usage | Self::Config => 5,
            Self::Unexpected => 6,
        };
        if weight(other) > weight(self) { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Exit; 8] = [
        Exit::Done,
        Exit::Unexpected,
        Exit::Usage,
        Exit::Config,
        Exit::Rejected,
        Exit::KeyRefused,
        Exit::Unknown,
        Exit::Queued,
    ];

    #[test]
    fn the_numbers_are_the_contract() {
        assert_eq!(ALL.map(Exit::code), [0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn what_may_have_arrived_is_not_called_queued() {
        let ends = [
            (Delivery::Queued, 7),
            (Delivery::Sending, 6),
            (Delivery::Accepted { internal_id: None }, 0),
            (Delivery::Rejected { reason: String::new() }, 4),
            (Delivery::Unknown { reason: String::new() }, 6),
            (Delivery::Cancelled, 0),
        ];
        for (delivery, code) in ends {
            assert_eq!(Exit::of(&delivery).code(), code, "{delivery:?}");
        }
    }

    #[test]
    fn the_worse_end_does_not_depend_on_the_order() {
        for a in ALL {
            for b in ALL {
                let worse = a.worse(b);
                assert!(worse == a || worse == b);
                assert_eq!(Exit::Done.worse(a), a);
            }
        }
        assert_eq!(Exit::Rejected.worse(Exit::Unknown), Exit::Unknown);
        assert_eq!(Exit::Rejected.worse(Exit::Queued), Exit::Rejected);
    }
}
