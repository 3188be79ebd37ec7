//! What a FRITZ!Box says on its call monitor, line by line. PURE: reads lines, knows no connection.

/// A line that says something about calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said<'a> {
    /// Somebody calls the shop; an empty number was withheld.
    Ring {
        /// The box's number of the connection.
        id: u32,
        /// As the box writes it.
        from: &'a str,
    },
    /// The shop calls somebody.
    Call,
    /// A connection stands: the call was answered.
    Connect {
        /// The box's number of the connection.
        id: u32,
        /// The telephone that answered.
        extension: &'a str,
    },
    /// A connection is over, or nobody answered.
    Disconnect {
        /// The box's number of the connection.
        id: u32,
    },
}

/// Reads `date;RING;id;from;to;SIPn;` and the like; `None` for anything else.
pub fn read(line: &str) -> Option<Said<'_>> {
    let mut parts = line.trim_end_matches(['\r', '\n']).split(';').skip(1);
    let (word, id) = (parts.next()?, parts.next()?.parse().ok()?);
    match word {
        "RING" => Some(Said::Ring { id, from: parts.next()? }),
        "CALL" => Some(Said::Call),
        "CONNECT" => Some(Said::Connect { id, extension: parts.next()? }),
        "DISCONNECT" => Some(Said::Disconnect { id }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_of_line_is_read() {
        let ring = |from| Some(Said::Ring { id: 0, from });
        assert_eq!(read("04.05.26 18:30:01;RING;0;040123456;9876543;SIP0;\r\n"), ring("040123456"));
        assert_eq!(read("04.05.26 18:30:01;RING;0;;9876543;SIP0;"), ring(""), "withheld");
        assert_eq!(read("04.05.26 18:30:01;CALL;1;11;9876543;040123456;SIP0;"), Some(Said::Call));
        assert_eq!(read("04.05.26 18:30:05;CONNECT;0;11;040123456;"), Some(Said::Connect { id: 0, extension: "11" }));
        assert_eq!(read("04.05.26 18:31:05;DISCONNECT;0;60;"), Some(Said::Disconnect { id: 0 }));
        for line in ["", "RING", "x;RING", "x;RING;a;1;2;", "x;SING;0;1;2;", "x;ring;0;1;2;", ";;;;"] {
            assert_eq!(read(line), None, "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(line in "\\PC{0,80}") {
            read(&line);
        }
    }
}
