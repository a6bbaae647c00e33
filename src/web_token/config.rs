//! The text of `sasl.oauthbearer.config`, in the grammar of Confluent's clients for their method `aws_iam`.

use crate::sts::Tag;
use crate::token::TokenError;

const DURATION: u32 = 300;
const ALGORITHM: &str = "ES384";
const MOST_TAGS: usize = 50;

/// What `sasl.oauthbearer.config` says, which librdkafka hands to the refresh callback.
///
/// A list of `name=value` with commas in between; `\,` is a comma in a value, and the last of two pairs of the
/// same name counts. `region` and `audience` have to be there:
///
/// | name | default |
/// |---|---|
/// | `region`, `audience` | none: an error without |
/// | `duration_seconds` | 300 |
/// | `signing_algorithm` | `ES384`, as Confluent has it |
/// | `sts_endpoint` | that of the region |
/// | `aws_debug` | `none`; `console` is taken and does nothing |
/// | `tag_<name>` | no tags; 50 at most |
///
/// The page of the configuration: <https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md>.
///
/// ```
/// use stskit::web_token::OauthBearerConfig;
/// let config = OauthBearerConfig::parse("region=eu-west-1, audience=https://a.example.com,tag_team=a\\,b")?;
/// assert_eq!((config.region.as_str(), config.duration_seconds), ("eu-west-1", 300));
/// assert_eq!(config.tags[0].value, "a,b");
/// assert!(OauthBearerConfig::parse("region=eu-west-1,audiance=x").is_err());
/// # Ok::<(), stskit::token::TokenError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OauthBearerConfig {
    /// The region of the STS endpoint.
    pub region: String,
    /// Who the tokens are for.
    pub audience: String,
    /// How long they live.
    pub duration_seconds: u32,
    /// `RS256` or `ES384`.
    pub signing_algorithm: String,
    /// A custom endpoint URL.
    pub sts_endpoint: Option<String>,
    /// Tags to put into the tokens.
    pub tags: Vec<Tag>,
}

impl OauthBearerConfig {
    /// Reads the text.
    ///
    /// # Errors
    /// [`TokenError`]: a missing, unknown or malformed part. No value of the text is in it.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let mut config = OauthBearerConfig {
            region: String::new(),
            audience: String::new(),
            duration_seconds: DURATION,
            signing_algorithm: ALGORITHM.to_owned(),
            sts_endpoint: None,
            tags: Vec::new(),
        };
        for pair in pairs(text)? {
            let (name, value) = pair
                .split_once('=')
                .ok_or(TokenError::Malformed("OAUTHBEARER configuration", "a part of it is no name=value"))?;
            let (name, value) = (name.trim(), value.trim());
            match name {
                "region" => config.region = value.to_owned(),
                "audience" => config.audience = value.to_owned(),
                "duration_seconds" => {
                    let wrong = |_| TokenError::Malformed("duration_seconds", "it is not a number of seconds");
                    config.duration_seconds = value.parse().map_err(wrong)?;
                }
                "signing_algorithm" => config.signing_algorithm = value.to_owned(),
                "sts_endpoint" => config.sts_endpoint = Some(value.to_owned()).filter(|url| !url.is_empty()),
                "aws_debug" if matches!(value, "none" | "console") => {}
                "aws_debug" => return Err(TokenError::Malformed("aws_debug", "it is none or console")),
                _ => match name.strip_prefix("tag_") {
                    Some("") => return Err(TokenError::Empty("name of a tag")),
                    Some(key) => config.set_tag(key, value),
                    None => {
                        return Err(TokenError::Malformed(
                            "OAUTHBEARER configuration",
                            "it has a name that is unknown",
                        ));
                    }
                },
            }
        }
        if config.tags.len() > MOST_TAGS {
            return Err(TokenError::Malformed("OAUTHBEARER configuration", "it has more than 50 tags"));
        }
        match (config.region.is_empty(), config.audience.is_empty()) {
            (true, _) => Err(TokenError::Empty("region")),
            (_, true) => Err(TokenError::Empty("audience")),
            _ => Ok(config),
        }
    }

    fn set_tag(&mut self, key: &str, value: &str) {
        match self.tags.iter_mut().find(|tag| tag.key == key) {
            Some(tag) => tag.value = value.to_owned(),
            None => self.tags.push(Tag::new(key, value)),
        }
    }
}

/// The parts between commas, without the backslashes; empty ones are left out.
fn pairs(text: &str) -> Result<Vec<String>, TokenError> {
    let mut all = vec![];
    let mut pair = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            ',' => all.push(std::mem::take(&mut pair)),
            '\\' => match characters.next() {
                Some(escaped @ (',' | '\\')) => pair.push(escaped),
                Some(other) => pair.extend(['\\', other]),
                None => {
                    return Err(TokenError::Malformed("OAUTHBEARER configuration", "it ends with a backslash"));
                }
            },
            other => pair.push(other),
        }
    }
    all.push(pair);
    all.retain(|pair| !pair.trim().is_empty());
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_part() {
        let text = "region=eu-west-1,audience=a=b,duration_seconds=900,signing_algorithm=RS256,aws_debug=console,\
            sts_endpoint=https://sts.example.com, tag_team = x\\,y\\\\z ,tag_team=last,tag_b=\\n,audience=last,";
        let config = OauthBearerConfig::parse(text).unwrap();
        assert_eq!((config.audience.as_str(), config.duration_seconds), ("last", 900));
        assert_eq!(config.signing_algorithm, "RS256");
        assert_eq!(config.sts_endpoint.as_deref(), Some("https://sts.example.com"));
        assert_eq!(config.tags, [Tag::new("team", "last"), Tag::new("b", "\\n")]);
        let config = OauthBearerConfig::parse("audience=a,region=r").unwrap();
        assert_eq!((config.duration_seconds, config.signing_algorithm.as_str()), (300, "ES384"));
        let escaped = OauthBearerConfig::parse("audience=x\\,y\\\\z,region=r").unwrap();
        assert_eq!(escaped.audience, "x,y\\z");
    }

    #[test]
    fn says_what_is_wrong() {
        let config = "OAUTHBEARER configuration";
        let many: String = (0..51).map(|n| format!("tag_{n}=x,")).collect();
        for (text, expected) in [
            ("", TokenError::Empty("region")),
            ("audience=a", TokenError::Empty("region")),
            ("region=r", TokenError::Empty("audience")),
            ("region=,audience=a", TokenError::Empty("region")),
            ("region", TokenError::Malformed(config, "a part of it is no name=value")),
            ("Region=r", TokenError::Malformed(config, "it has a name that is unknown")),
            ("region=r\\", TokenError::Malformed(config, "it ends with a backslash")),
            ("tag_=r", TokenError::Empty("name of a tag")),
            ("duration_seconds=5m", TokenError::Malformed("duration_seconds", "it is not a number of seconds")),
            ("duration_seconds=-1", TokenError::Malformed("duration_seconds", "it is not a number of seconds")),
            ("aws_debug=yes", TokenError::Malformed("aws_debug", "it is none or console")),
            (&format!("{many}region=r,audience=a"), TokenError::Malformed(config, "it has more than 50 tags")),
        ] {
            assert_eq!(OauthBearerConfig::parse(text).unwrap_err(), expected, "{text}");
        }
    }
}
