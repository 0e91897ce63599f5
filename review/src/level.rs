//! How bad a change is, and how that follows from what it does to a set of values and which way the values travel.

/// How bad a change is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// No effect.
    #[default]
    None,
    /// Only texts for readers change.
    Documentation,
    /// Programs keep working; something is added.
    Compatible,
    /// Programs keep working, unless they rely on what the document does not guarantee, or the server is stricter than documented.
    Risky,
    /// Programs that follow the document fail, or behave differently.
    Breaking,
}

impl Level {
    /// All levels, mildest first.
    pub const ALL: [Self; 5] = [
        Self::None,
        Self::Documentation,
        Self::Compatible,
        Self::Risky,
        Self::Breaking,
    ];

    /// The level's word: `breaking`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Documentation => "documentation",
            Self::Compatible => "compatible",
            Self::Risky => "risky",
            Self::Breaking => "breaking",
        }
    }

    /// The version number that a change of this level asks for.
    #[must_use]
    pub fn bump(self) -> Bump {
        match self {
            Self::None => Bump::None,
            Self::Documentation => Bump::Patch,
            Self::Compatible | Self::Risky => Bump::Minor,
            Self::Breaking => Bump::Major,
        }
    }
}

/// Which part of a version number has to grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bump {
    /// No part.
    #[default]
    None,
    /// The last.
    Patch,
    /// The second.
    Minor,
    /// The first; of a version 0.x, the second.
    Major,
}

impl Bump {
    /// The word: `major`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// What a change does to the set of values that a place allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Variance {
    /// All values of before, and more.
    Widens,
    /// A part of the values of before.
    Narrows,
    /// Neither holds the other, or it is not known.
    Incomparable,
}

impl Variance {
    /// What the same change does when it is undone.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Widens => Self::Narrows,
            Self::Narrows => Self::Widens,
            Self::Incomparable => Self::Incomparable,
        }
    }

    /// How a set relates to another, by what each has that the other lacks. `None` where they are equal.
    #[must_use]
    pub fn of(lost: bool, gained: bool) -> Option<Self> {
        match (lost, gained) {
            (false, false) => None,
            (false, true) => Some(Self::Widens),
            (true, false) => Some(Self::Narrows),
            (true, true) => Some(Self::Incomparable),
        }
    }

    /// Of a part that is added.
    #[must_use]
    pub fn added(required: bool) -> Self {
        // What had no such part is refused where it is required.
        if required {
            Self::Incomparable
        } else {
            Self::Widens
        }
    }

    /// Of a part that is removed.
    #[must_use]
    pub fn removed(required: bool) -> Self {
        Self::added(required).reversed()
    }

    /// Of a part that is required from now on, or no longer.
    #[must_use]
    pub fn required(is: bool) -> Self {
        if is { Self::Narrows } else { Self::Widens }
    }

    /// The word: `widens`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Widens => "widens",
            Self::Narrows => "narrows",
            Self::Incomparable => "incomparable",
        }
    }
}

/// Which way values travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// From the program to the server.
    Argument,
    /// From the server to the program.
    Reply,
}

/// Levels of a check: for each direction, of a change that widens, narrows, or is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Values that the program sends.
    pub argument: [Level; 3],
    /// Values that the program receives.
    pub reply: [Level; 3],
}

impl Table {
    /// By the contract alone: a server must take what it took, and send nothing that it did not.
    pub const CONTRACT: Self = Self {
        argument: [Level::Compatible, Level::Breaking, Level::Breaking],
        reply: [Level::Breaking, Level::Compatible, Level::Breaking],
    };

    /// The same level, whatever changes.
    #[must_use]
    pub const fn always(level: Level) -> Self {
        Self {
            argument: [level; 3],
            reply: [level; 3],
        }
    }

    /// The level of a change.
    #[must_use]
    pub fn level(&self, direction: Direction, variance: Variance) -> Level {
        let row = match direction {
            Direction::Argument => &self.argument,
            Direction::Reply => &self.reply,
        };
        row[variance as usize]
    }
}
