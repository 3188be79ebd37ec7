//! Styles by meaning. Colour never carries meaning alone: every mark has a letter or word beside it.

use ratatui::style::{Color, Modifier, Style};

use crate::domain::shop::menu::Colour;

/// The styles of one theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Ordinary text: the terminal's own.
    pub text: Style,
    /// What can be overlooked: labels, hints, rules.
    pub dim: Style,
    /// What is active: the cursor's row, the current step.
    pub accent: Style,
    /// The selected row.
    pub selected: Style,
    /// Sums and titles.
    pub strong: Style,
    /// What needs a person.
    pub alarm: Style,
    /// What waits or is worth a look.
    pub warn: Style,
    /// Keys in the footer.
    pub key: Style,
    /// Whether there are colours for groups, too.
    pub is_colourful: bool,
}

/// Which theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeName {
    /// The terminal's colours and one accent.
    #[default]
    Default,
    /// Bold white on black, selection reversed.
    HighContrast,
    /// No colour at all (`NO_COLOR`).
    Plain,
}

impl Theme {
    /// The theme of this name.
    pub fn new(name: ThemeName) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        match name {
            ThemeName::Default => Self {
                text: plain,
                dim: plain.fg(Color::DarkGray),
                accent: bold.fg(Color::Cyan),
                selected: bold.fg(Color::Cyan),
                strong: bold,
                alarm: bold.fg(Color::Red),
                warn: plain.fg(Color::Yellow),
                key: plain.fg(Color::Cyan),
                is_colourful: true,
            },
            ThemeName::HighContrast => {
                let base = Style::new().fg(Color::White).bg(Color::Black);
                let bold = base.add_modifier(Modifier::BOLD);
                let reversed = Style::new().fg(Color::Black).bg(Color::White).add_modifier(Modifier::BOLD);
                Self {
                    text: base,
                    dim: base,
                    accent: bold.add_modifier(Modifier::UNDERLINED),
                    selected: reversed,
                    strong: bold,
                    alarm: bold.fg(Color::LightRed),
                    warn: bold.fg(Color::LightYellow),
                    key: bold,
                    is_colourful: false,
                }
            }
            ThemeName::Plain => Self {
                text: plain,
                dim: plain.add_modifier(Modifier::DIM),
                accent: bold.add_modifier(Modifier::UNDERLINED),
                selected: plain.add_modifier(Modifier::REVERSED),
                strong: bold,
                alarm: bold.add_modifier(Modifier::REVERSED),
                warn: bold,
                key: bold,
                is_colourful: false,
            },
        }
    }

    /// The style of a group's mark. Without colours, or with few for the sake of contrast, there is none: the name beside it
    /// says the same.
    pub fn group(&self, colour: Colour) -> Option<Style> {
        let colour = match colour {
            Colour::Red => Color::Red,
            Colour::Yellow => Color::Yellow,
            Colour::Green => Color::Green,
            Colour::Cyan => Color::Cyan,
            Colour::Blue => Color::Blue,
            Colour::Magenta => Color::Magenta,
            Colour::White => Color::White,
        };
        self.is_colourful.then(|| self.text.fg(colour))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_colours_only_where_colours_are_wanted() {
        assert_eq!(Theme::new(ThemeName::Default).group(Colour::Blue).and_then(|style| style.fg), Some(Color::Blue));
        for name in [ThemeName::HighContrast, ThemeName::Plain] {
            assert_eq!(Theme::new(name).group(Colour::Red), None);
        }
    }
}
