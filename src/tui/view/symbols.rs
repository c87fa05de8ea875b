//! The few signs that are drawn: Unicode lines, or ASCII on request.

/// Signs for lines, marks and pointers. Each takes one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbols {
    /// A horizontal line.
    pub horizontal: char,
    /// A vertical line.
    pub vertical: char,
    /// A horizontal line that a vertical one leaves downwards.
    pub tee_down: char,
    /// A horizontal line that a vertical one reaches from above.
    pub tee_up: char,
    /// The corners of a box: above left, above right, below left, below right.
    pub corners: [char; 4],
    /// Before the selected row.
    pub pointer: char,
    /// Before a pinned row.
    pub pin: char,
    /// Before a line of input, and between the parts of a path.
    pub prompt: char,
    /// Before a folded part.
    pub folded: char,
    /// Before an unfolded part.
    pub unfolded: char,
    /// Done.
    pub done: char,
    /// Needs a person.
    pub attention: char,
    /// Between facts on one line.
    pub dot: char,
    /// To another entity.
    pub arrow: char,
}

impl Symbols {
    /// Unicode signs of one cell in every terminal font.
    pub const UNICODE: Self = Self {
        horizontal: '─',
        vertical: '│',
        tee_down: '┬',
        tee_up: '┴',
        corners: ['┌', '┐', '└', '┘'],
        pointer: '▌',
        pin: '*',
        prompt: '›',
        folded: '▸',
        unfolded: '▾',
        done: '✓',
        attention: '!',
        dot: '·',
        arrow: '→',
    };

    /// ASCII alone.
    pub const ASCII: Self = Self {
        horizontal: '-',
        vertical: '|',
        tee_down: '+',
        tee_up: '+',
        corners: ['+'; 4],
        pointer: '>',
        pin: '*',
        prompt: '>',
        folded: '+',
        unfolded: '-',
        done: 'v',
        attention: '!',
        dot: '-',
        arrow: '>',
    };
}
