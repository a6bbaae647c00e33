//! Input members of operations: how they are described, read from a form and validated.
//!
//! Limits and messages follow the service: all violations of a request are reported together, each
//! as `Value 'x' at 'memberName' failed to satisfy constraint: …`.

use super::patterns::Pattern;
use crate::emulator::refusal::Refusal;

/// Limits of one text.
pub(super) struct Limits {
    min: usize,
    max: usize,
    pattern: Option<&'static Pattern>,
    secret: bool,
}

/// The type of a member.
pub(super) enum Shape {
    Text(Limits),
    Integer(i64, i64),
    TextList(usize, usize, Limits),
    StructList(usize, usize, &'static [Member]),
    Struct(&'static [Member]),
}

/// One input member.
pub(super) struct Member {
    name: &'static str,
    required: bool,
    shape: Shape,
}

impl Member {
    pub(super) const fn new(name: &'static str, shape: Shape) -> Self {
        Member { name, required: false, shape }
    }

    pub(super) const fn text(name: &'static str, min: usize, max: usize, pattern: &'static Pattern) -> Self {
        Member::new(name, Shape::Text(limits(min, max, pattern)))
    }

    /// A text that error messages do not repeat.
    pub(super) const fn secret(name: &'static str, min: usize, max: usize) -> Self {
        Member::new(name, Shape::Text(Limits { min, max, pattern: None, secret: true }))
    }

    pub(super) const fn integer(name: &'static str, min: i64, max: i64) -> Self {
        Member::new(name, Shape::Integer(min, max))
    }

    pub(super) const fn required(self) -> Self {
        Member { required: true, ..self }
    }
}

pub(super) const fn limits(min: usize, max: usize, pattern: &'static Pattern) -> Limits {
    Limits { min, max, pattern: Some(pattern), secret: false }
}

/// The decoded pairs of a request.
pub(super) struct Input {
    pairs: Vec<(String, String)>,
}

impl Input {
    pub(super) fn new(pairs: Vec<(String, String)>) -> Self {
        Input { pairs }
    }

    /// A scalar; the first one counts.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.pairs.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// A scalar that validation has found to be there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// An integer that validation has found to be one.
    pub(super) fn integer(&self, name: &str, default: i64) -> i64 {
        self.get(name).and_then(|text| text.parse().ok()).unwrap_or(default)
    }

    fn has(&self, name: &str) -> bool {
        self.pairs
            .iter()
            .any(|(key, _)| key.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    }

    /// The wire names of the elements of a list, `Name.member.1` and on.
    fn elements(&self, name: &str) -> Vec<String> {
        (1..=self.pairs.len())
            .map(|number| format!("{name}.member.{number}"))
            .take_while(|element| self.has(element))
            .collect()
    }

    /// The texts of a list, of a member of its structures if `member` is given.
    pub(super) fn list(&self, name: &str, member: Option<&str>) -> Vec<&str> {
        self.elements(name)
            .iter()
            .map(|element| match member {
                Some(member) => self.text(&format!("{element}.{member}")),
                None => self.text(element),
            })
            .collect()
    }

    /// All pairs but Action and Version as one text, whatever order they came in.
    pub(super) fn digest(&self) -> String {
        let mut pairs: Vec<&(String, String)> = self
            .pairs
            .iter()
            .filter(|(name, _)| name != "Action" && name != "Version" && !name.starts_with("X-Amz-"))
            .collect();
        pairs.sort_unstable();
        format!("{pairs:?}")
    }

    /// Checks the request against the description of its members.
    pub(super) fn validate(&self, members: &[Member]) -> Result<(), Refusal> {
        let mut found = Violations(Vec::new());
        for member in members {
            self.check(member, member.name, &lower_first(member.name), &mut found);
        }
        let list = found.0;
        if list.is_empty() {
            return Ok(());
        }
        let noun = if list.len() == 1 { "error" } else { "errors" };
        let text = format!("{} validation {noun} detected: {}", list.len(), list.join("; "));
        Err(Refusal::new(400, "ValidationError", text))
    }

    fn check(&self, member: &Member, wire: &str, label: &str, found: &mut Violations) {
        if !self.has(wire) {
            if member.required {
                found.add("null", label, "Member must not be null");
            }
            return;
        }
        let inner = |members: &'static [Member], wire: &str, label: &str, found: &mut Violations| {
            for member in members {
                let label = format!("{label}.{}", lower_first(member.name));
                self.check(member, &format!("{wire}.{}", member.name), &label, found);
            }
        };
        match &member.shape {
            Shape::Text(limits) => found.check_text(self.text(wire), label, limits),
            Shape::Integer(min, max) => found.check_integer(self.text(wire), label, *min, *max),
            Shape::Struct(members) => inner(members, wire, label, found),
            Shape::TextList(min, max, limits) => {
                let elements = self.elements(wire);
                found.check_length(&format!("{} items", elements.len()), elements.len(), label, *min, *max);
                for (index, element) in elements.iter().enumerate() {
                    let label = format!("{label}.{}.member", index + 1);
                    found.check_text(self.text(element), &label, limits);
                }
            }
            Shape::StructList(min, max, members) => {
                let elements = self.elements(wire);
                found.check_length(&format!("{} items", elements.len()), elements.len(), label, *min, *max);
                for (index, element) in elements.iter().enumerate() {
                    inner(members, element, &format!("{label}.{}.member", index + 1), found);
                }
            }
        }
    }
}

struct Violations(Vec<String>);

impl Violations {
    fn add(&mut self, value: &str, label: &str, constraint: &str) {
        let value = if value.is_empty() { "Value".to_owned() } else { format!("Value {value}") };
        self.0.push(format!("{value} at '{label}' failed to satisfy constraint: {constraint}"));
    }

    fn check_length(&mut self, value: &str, length: usize, label: &str, min: usize, max: usize) {
        if length < min {
            self.add(value, label, &format!("Member must have length greater than or equal to {min}"));
        }
        if length > max {
            self.add(value, label, &format!("Member must have length less than or equal to {max}"));
        }
    }

    fn check_text(&mut self, text: &str, label: &str, limits: &Limits) {
        let value = if limits.secret { String::new() } else { format!("'{text}'") };
        self.check_length(&value, text.chars().count(), label, limits.min, limits.max);
        if let Some(pattern) = limits.pattern
            && !text.chars().all(pattern.allows)
        {
            let constraint = format!("Member must satisfy regular expression pattern: {}", pattern.text);
            self.add(&value, label, &constraint);
        }
    }

    fn check_integer(&mut self, text: &str, label: &str, min: i64, max: i64) {
        let value = format!("'{text}'");
        match text.parse::<i64>() {
            Err(_) => self.add(&value, label, "Member must be an integer"),
            Ok(number) if number < min => {
                self.add(&value, label, &format!("Member must have value greater than or equal to {min}"));
            }
            Ok(number) if number > max => {
                self.add(&value, label, &format!("Member must have value less than or equal to {max}"));
            }
            Ok(_) => {}
        }
    }
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::super::patterns::{NAME, TAG, TEXT};
    use super::*;
    use crate::emulator::encode::form_pairs;

    const KEY: &[Member] = &[Member::text("Key", 1, 3, &TAG).required(), Member::text("Value", 0, 3, &TAG).required()];
    const MEMBERS: &[Member] = &[
        Member::text("RoleArn", 3, 5, &NAME).required(),
        Member::secret("SAMLAssertion", 4, 8),
        Member::integer("DurationSeconds", 900, 1000),
        Member::new("Tags", Shape::StructList(0, 2, KEY)),
        Member::new("Audience", Shape::TextList(1, 2, limits(1, 3, &TEXT))),
        Member::new("Policy", Shape::Struct(KEY)),
    ];

    fn message(form: &str) -> String {
        match Input::new(form_pairs(form)).validate(MEMBERS) {
            Ok(()) => String::new(),
            Err(refusal) => {
                assert_eq!((refusal.status(), refusal.code()), (400, "ValidationError"));
                refusal.message().to_owned()
            }
        }
    }

    #[test]
    fn good_input_passes() {
        for form in [
            "RoleArn=abc",
            "RoleArn=abcde&SAMLAssertion=%3C%3C%3C%3C&DurationSeconds=900",
            "RoleArn=abc&Tags.member.1.Key=k&Tags.member.1.Value=&Tags.member.2.Key=k&Tags.member.2.Value=%C3%BC",
            "RoleArn=abc&Tags=",
            "RoleArn=abc&Audience.member.1=x&Audience.member.2=y",
            "RoleArn=abc&Policy.Key=k&Policy.Value=v&Unknown=1",
        ] {
            assert_eq!(message(form), "", "{form}");
        }
    }

    #[test]
    fn each_violation_has_its_words() {
        let cases = [
            ("", "Value null at 'roleArn' failed to satisfy constraint: Member must not be null"),
            (
                "RoleArn=ab",
                "Value 'ab' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 3",
            ),
            (
                "RoleArn=abcdef",
                "Value 'abcdef' at 'roleArn' failed to satisfy constraint: Member must have length less than or equal to 5",
            ),
            (
                "RoleArn=a%20b",
                r"Value 'a b' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*",
            ),
            (
                "RoleArn=abc&SAMLAssertion=xyz",
                "Value at 'sAMLAssertion' failed to satisfy constraint: Member must have length greater than or equal to 4",
            ),
            (
                "RoleArn=abc&DurationSeconds=60",
                "Value '60' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
            ),
            (
                "RoleArn=abc&DurationSeconds=1001",
                "Value '1001' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 1000",
            ),
            (
                "RoleArn=abc&DurationSeconds=1h",
                "Value '1h' at 'durationSeconds' failed to satisfy constraint: Member must be an integer",
            ),
            (
                "RoleArn=abc&Tags.member.1.Key=k",
                "Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null",
            ),
            (
                "RoleArn=abc&Audience=",
                "Value 0 items at 'audience' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ),
            (
                "RoleArn=abc&Audience.member.1=",
                "Value '' at 'audience.1.member' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ),
            (
                "RoleArn=abc&Policy.Key=k",
                "Value null at 'policy.value' failed to satisfy constraint: Member must not be null",
            ),
        ];
        for (form, expected) in cases {
            assert_eq!(message(form), format!("1 validation error detected: {expected}"), "{form}");
        }
        assert!(message("DurationSeconds=1").starts_with("2 validation errors detected: Value null at 'roleArn'"));
    }

    #[test]
    fn lists_and_digests() {
        let input = Input::new(form_pairs("Action=X&b=2&a=1&L.member.1.arn=x&L.member.2.arn=y&L.member.4.arn=z"));
        assert_eq!(input.list("L", Some("arn")), ["x", "y"]);
        let other = Input::new(form_pairs("a=1&Action=Y&L.member.2.arn=y&L.member.1.arn=x&L.member.4.arn=z&b=2"));
        assert_eq!(input.digest(), other.digest());
    }
}
