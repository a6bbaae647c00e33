//! Partitions of AWS: facts only. Order matters: the first match wins, the first row is the fallback.

/// A partition: its regions share host suffixes and credentials.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Partition {
    pub(super) id: &'static str,
    pub(super) dns_suffix: &'static str,
    pub(super) dual_stack_dns_suffix: &'static str,
    /// The sign-in service's hosts are `<region>.<this>`.
    pub(super) signin_host: &'static str,
    pub(super) supports_fips: bool,
    pub(super) supports_dual_stack: bool,
    pub(super) implicit_global_region: &'static str,
    /// Regions are `<prefix>-<word>-<number>`.
    region_prefixes: &'static [&'static str],
}

const fn partition(
    id: &'static str,
    dns_suffix: &'static str,
    dual_stack_dns_suffix: &'static str,
    signin_host: &'static str,
    implicit_global_region: &'static str,
    region_prefixes: &'static [&'static str],
) -> Partition {
    Partition {
        id,
        dns_suffix,
        dual_stack_dns_suffix,
        signin_host,
        supports_fips: true,
        supports_dual_stack: true,
        implicit_global_region,
        region_prefixes,
    }
}

const AWS: Partition = partition(
    "aws",
    "amazonaws.com",
    "api.aws",
    "signin.aws.amazon.com",
    "us-east-1",
    &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"],
);

#[rustfmt::skip]
const OTHERS: [Partition; 7] = [
    partition("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "signin.amazonaws.cn", "cn-northwest-1", &["cn"]),
    partition("aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "signin.amazonaws-eusc.eu", "eusc-de-east-1", &["eusc-de"]),
    partition("aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "signin.c2shome.ic.gov", "us-iso-east-1", &["us-iso"]),
    partition("aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "signin.sc2shome.sgov.gov", "us-isob-east-1", &["us-isob"]),
    partition("aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "signin.csphome.adc-e.uk", "eu-isoe-west-1", &["eu-isoe"]),
    partition("aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "signin.csphome.hci.ic.gov", "us-isof-south-1", &["us-isof"]),
    partition("aws-us-gov", "amazonaws.com", "api.aws", "signin.amazonaws-us-gov.com", "us-gov-west-1", &["us-gov"]),
];

/// The partition of a region; a region that no partition knows belongs to `aws`.
pub(super) fn of_region(region: &str) -> &'static Partition {
    if AWS.holds(region) {
        return &AWS;
    }
    OTHERS.iter().find(|p| p.holds(region)).unwrap_or(&AWS)
}

/// The partition whose pseudo region `<id>-global` this is.
pub(super) fn of_global(region: &str) -> Option<&'static Partition> {
    let id = region.strip_suffix("-global")?;
    if AWS.id == id { Some(&AWS) } else { OTHERS.iter().find(|p| p.id == id) }
}

/// Those of all partitions, dual-stack ones included.
pub(super) fn dns_suffixes() -> impl Iterator<Item = &'static str> {
    std::iter::once(&AWS).chain(&OTHERS).flat_map(|p| [p.dns_suffix, p.dual_stack_dns_suffix])
}

/// Does a partition know the region by its form?
pub(super) fn is_region(region: &str) -> bool {
    AWS.holds(region) || OTHERS.iter().any(|p| p.holds(region))
}

impl Partition {
    fn holds(&self, region: &str) -> bool {
        region.strip_suffix("-global") == Some(self.id)
            || self.region_prefixes.iter().any(|prefix| {
                let rest = region.strip_prefix(prefix).and_then(|r| r.strip_prefix('-'));
                rest.and_then(|r| r.split_once('-')).is_some_and(|(word, number)| {
                    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
                    !word.is_empty()
                        && word.bytes().all(is_word)
                        && !number.is_empty()
                        && number.bytes().all(|b| b.is_ascii_digit())
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_known_and_new_find_their_partition() {
        for (region, id) in [
            ("us-east-1", "aws"),
            ("ap-southeast-7", "aws"),
            ("mx-central-1", "aws"),
            ("eu-newplace-12", "aws"),
            ("aws-global", "aws"),
            ("moon", "aws"),
            ("us-gov-x-1", "aws-us-gov"),
            ("us-iso-x-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-east-1", "aws-iso-f"),
            ("cn-north-1", "aws-cn"),
            ("aws-cn-global", "aws-cn"),
            ("aws-iso-global", "aws-iso"),
            ("aws-iso-b-global", "aws-iso-b"),
            ("eusc-de-east-1", "aws-eusc"),
            ("us-east-", "aws"),
            ("cn-north-", "aws"),
        ] {
            assert_eq!(of_region(region).id, id, "{region}");
        }
        assert_eq!(of_global("aws-us-gov-global").map(|p| p.implicit_global_region), Some("us-gov-west-1"));
        assert_eq!(of_global("moon-global"), None);
    }
}
