//! The words of times and days as people type them, in every language at once: nobody at a counter changes the language of the
//! screen to type one. They come from the language files; here they are only found again.

/// Words that mean something in a typed time, in small letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimeWords {
    /// As soon as possible.
    pub asap: Vec<String>,
    /// This minute.
    pub now: Vec<String>,
    /// The day of now.
    pub today: Vec<String>,
    /// The day after it.
    pub tomorrow: Vec<String>,
    /// The day after that.
    pub day_after_tomorrow: Vec<String>,
    /// The day before.
    pub yesterday: Vec<String>,
    /// The days of the week as people begin to write them, Monday first.
    pub weekdays: [Vec<String>; 7],
    /// What stands before a time and means nothing: `um 18`.
    pub before: Vec<String>,
    /// What stands behind a time and means nothing: `18 Uhr`.
    pub behind: Vec<String>,
    /// The first half of the day: `6 am`.
    pub am: Vec<String>,
    /// The second half of the day: `6 pm`.
    pub pm: Vec<String>,
    /// Minutes: `+25 min`.
    pub minutes: Vec<String>,
    /// Hours: `+1 h`, the longest word first.
    pub hours: Vec<String>,
}

impl TimeWords {
    /// The words of a language file, looked up by their keys there, beside those that are known already. Several for one key
    /// are parted by commas.
    pub fn add<'a>(&mut self, text: impl Fn(&str) -> Option<&'a str>) {
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = &mut self.weekdays;
        let lists = [
            ("asap", &mut self.asap),
            ("now", &mut self.now),
            ("today", &mut self.today),
            ("tomorrow", &mut self.tomorrow),
            ("day_after_tomorrow", &mut self.day_after_tomorrow),
            ("yesterday", &mut self.yesterday),
            ("monday", monday),
            ("tuesday", tuesday),
            ("wednesday", wednesday),
            ("thursday", thursday),
            ("friday", friday),
            ("saturday", saturday),
            ("sunday", sunday),
            ("before_time", &mut self.before),
            ("behind_time", &mut self.behind),
            ("am", &mut self.am),
            ("pm", &mut self.pm),
            ("minutes", &mut self.minutes),
            ("hours", &mut self.hours),
        ];
        for (key, list) in lists {
            let words = text(key).unwrap_or_default().split(',').map(|word| word.trim().to_lowercase());
            let new: Vec<String> = words.filter(|word| !word.is_empty() && !list.contains(word)).collect();
            list.extend(new);
        }
    }

    /// Whether a text means as soon as possible, however it is spaced. The token of the offered times always does.
    pub(in crate::domain::value::due) fn is_asap(&self, text: &str) -> bool {
        let letters = |text: &str| text.replace(' ', "");
        let text = letters(text);
        text.is_empty() || text == super::ASAP || self.asap.iter().any(|word| letters(word) == text)
    }

    /// A text without the words around it that mean nothing, and with its half of the day as one word behind the hour: `6 pm`
    /// would else be a day and a time.
    pub(in crate::domain::value::due) fn bare(&self, text: &str) -> String {
        let text = self.before.iter().find_map(|word| text.strip_prefix(&**word)?.strip_prefix(' ')).unwrap_or(text);
        let behind = |word: &String| text.strip_suffix(&**word).filter(|time| !time.is_empty());
        let text = self.behind.iter().find_map(behind).unwrap_or(text).trim_end();
        let half = |word: &String| Some(format!("{}{word}", text.strip_suffix(&**word)?.trim_end()));
        self.am.iter().chain(&self.pm).find_map(half).unwrap_or_else(|| text.to_owned())
    }

    /// A day without what stands between it and its time: `morgen um`.
    pub(in crate::domain::value::due) fn day<'a>(&self, text: &'a str) -> &'a str {
        self.before.iter().find_map(|word| text.strip_suffix(&**word)?.strip_suffix(' ')).unwrap_or(text)
    }

    /// An hour and, if there is one, where its half of the day begins.
    pub(in crate::domain::value::due) fn half_of_day<'a>(&self, text: &'a str) -> (&'a str, Option<i8>) {
        let without = |words: &[String]| words.iter().find_map(|word| text.strip_suffix(&**word));
        match (without(&self.am), without(&self.pm)) {
            (Some(text), _) => (text, Some(0)),
            (_, Some(text)) => (text, Some(12)),
            _ => (text, None),
        }
    }
}

/// Whether a word is one of these.
pub(in crate::domain::value::due) fn has(words: &[String], text: &str) -> bool {
    words.iter().any(|word| word == text)
}
