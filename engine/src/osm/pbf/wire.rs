//! The few protobuf rules that OSM PBF needs, for reading.
//!
//! Comes in: the bytes of a message. Goes out: its fields and numbers, one after the other. Not here: what the fields
//! mean.

use std::borrow::Cow;

use super::Broken;

const NUMBER_TOO_LONG: Broken = Broken("a number of more than 64 bits");
const CUT_OFF: Broken = Broken("a message that ends in the middle");

/// The rest of a message, or of a packed array.
#[derive(Clone, Copy, Default, Debug)]
pub(in crate::osm) struct Reader<'a>(&'a [u8]);

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// A number of fixed width, which no OSM message has.
    Fixed,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next number in base 128.
    #[inline]
    pub(super) fn number(&mut self) -> Result<u64, Broken> {
        // Eight bytes at a time: lengths vary from number to number, and a branch on each byte is guessed wrong often.
        let Some((word, _)) = self.0.split_first_chunk::<8>() else { return self.number_at_the_end() };
        let word = u64::from_le_bytes(*word);
        let ends = !word & 0x8080_8080_8080_8080;
        if ends == 0 {
            return self.number_at_the_end();
        }
        self.0 = &self.0[ends.trailing_zeros() as usize / 8 + 1..];
        // All bits up to the end of the number, without the high bit of each byte; then seven and seven bits together.
        let bits = word & (ends ^ (ends - 1)) & 0x7f7f_7f7f_7f7f_7f7f;
        let bits = (bits & 0x007f_007f_007f_007f) | ((bits & 0x7f00_7f00_7f00_7f00) >> 1);
        let bits = (bits & 0x0000_3fff_0000_3fff) | ((bits & 0x3fff_0000_3fff_0000) >> 2);
        Ok((bits & 0x0fff_ffff) | ((bits & 0x0fff_ffff_0000_0000) >> 4))
    }

    /// A number byte by byte: near the end of the message, or of nine bytes and more.
    #[inline(never)]
    fn number_at_the_end(&mut self) -> Result<u64, Broken> {
        let mut value = 0;
        for (place, &byte) in self.0.iter().enumerate() {
            if place == 9 && byte > 1 {
                return Err(NUMBER_TOO_LONG);
            }
            value |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                self.0 = &self.0[place + 1..];
                return Ok(value);
            }
        }
        Err(CUT_OFF)
    }

    /// The next number of a `sint64`: zigzag, so that small negative numbers are short.
    #[inline]
    pub(super) fn signed(&mut self) -> Result<i64, Broken> {
        self.number().map(unzigzag)
    }

    /// The next field of a message, by its number; nothing at the end.
    #[inline]
    pub(super) fn field(&mut self) -> Result<Option<(u32, Value<'a>)>, Broken> {
        if self.is_empty() {
            return Ok(None);
        }
        let key = self.number()?;
        let field = u32::try_from(key >> 3).ok().filter(|f| (1..1 << 29).contains(f));
        let field = field.ok_or(Broken("a field with a number that there is not"))?;
        let value = match key & 7 {
            0 => Value::Number(self.number()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let length = self.number()?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            _ => return Err(Broken("a field of a kind that there is not")),
        };
        Ok(Some((field, value)))
    }

    #[inline]
    fn take(&mut self, length: u64) -> Result<&'a [u8], Broken> {
        let split = usize::try_from(length).ok().and_then(|length| self.0.split_at_checked(length));
        let (taken, rest) = split.ok_or(CUT_OFF)?;
        self.0 = rest;
        Ok(taken)
    }
}

#[inline]
fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

impl<'a> Value<'a> {
    #[inline]
    pub(super) fn number(self) -> Result<u64, Broken> {
        if let Self::Number(value) = self { Ok(value) } else { Err(Broken("a field that should be a number")) }
    }

    #[inline]
    pub(super) fn signed(self) -> Result<i64, Broken> {
        self.number().map(unzigzag)
    }

    #[inline]
    pub(super) fn bytes(self) -> Result<&'a [u8], Broken> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { Err(Broken("a field that should be text or a message")) }
    }
}

/// An array of numbers. Writers pack it into one field; the rules of protobuf allow several and even single numbers,
/// which are then put together.
#[derive(Clone, Default, Debug)]
pub(super) struct Packed<'a>(Cow<'a, [u8]>);

impl<'a> Packed<'a> {
    #[inline]
    pub(super) fn add(&mut self, value: Value<'a>) -> Result<(), Broken> {
        match value {
            Value::Bytes(bytes) if self.0.is_empty() => self.0 = Cow::Borrowed(bytes),
            Value::Bytes(bytes) => self.0.to_mut().extend_from_slice(bytes),
            Value::Number(mut number) => {
                let bytes = self.0.to_mut();
                while number >= 0x80 {
                    bytes.push(number as u8 | 0x80);
                    number >>= 7;
                }
                bytes.push(number as u8);
            }
            Value::Fixed => return Err(Broken("an array that is none")),
        }
        Ok(())
    }

    #[inline]
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader(&self.0)
    }

    /// How many numbers there are: each ends with a byte below 128.
    pub(super) fn len(&self) -> usize {
        self.0.iter().filter(|&&byte| byte < 0x80).count()
    }
}

/// Numbers from their differences.
#[derive(Clone, Copy, Debug)]
pub(in crate::osm) struct Deltas<'a> {
    rest: Reader<'a>,
    last: i64,
}

impl<'a> Deltas<'a> {
    #[inline]
    pub(super) fn new(packed: &'a Packed<'_>) -> Self {
        Self { rest: packed.reader(), last: 0 }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next number.
    ///
    /// # Errors
    /// When there is none, or the sum has more than 64 bits.
    #[inline]
    pub(super) fn next(&mut self) -> Result<i64, Broken> {
        let sum = self.last.checked_add(self.rest.signed()?);
        self.last = sum.ok_or(Broken("differences that add up to more than 64 bits"))?;
        Ok(self.last)
    }

    /// Appends all numbers that are left.
    pub(in crate::osm) fn read_into(mut self, into: &mut Vec<i64>) -> Result<(), Broken> {
        while !self.is_empty() {
            into.push(self.next()?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Result<Vec<u64>, Broken> {
        let mut reader = Reader::new(bytes);
        let mut numbers = Vec::new();
        while !reader.is_empty() {
            numbers.push(reader.number()?);
        }
        Ok(numbers)
    }

    #[test]
    fn numbers_of_every_length_are_read_in_the_middle_and_at_the_end() {
        let numbers: Vec<u64> = (0..64).flat_map(|bit| [1 << bit, (1 << bit) - 1, u64::MAX >> bit]).collect();
        let mut packed = Packed::default();
        for &number in &numbers {
            let mut one = Packed::default();
            one.add(Value::Number(number)).unwrap();
            assert_eq!(all(one.reader().rest()), Ok(vec![number]));
            packed.add(Value::Number(number)).unwrap();
        }
        assert_eq!(all(packed.reader().rest()), Ok(numbers.clone()));
        assert_eq!(packed.len(), numbers.len());
    }

    #[test]
    fn a_number_that_does_not_end_or_does_not_fit_is_an_error() {
        assert_eq!(all(&[0x80; 5]), Err(CUT_OFF));
        assert_eq!(all(&[0xff; 20]), Err(NUMBER_TOO_LONG));
        let too_large = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02];
        assert_eq!(all(&too_large), Err(NUMBER_TOO_LONG));
    }

    #[test]
    fn differences_are_added_up_and_never_wrap() {
        let packed = |deltas: &[u64]| {
            let mut packed = Packed::default();
            for &delta in deltas {
                packed.add(Value::Number(delta)).unwrap();
            }
            packed
        };
        let read = |packed: &Packed<'_>| {
            let mut numbers = Vec::new();
            Deltas::new(packed).read_into(&mut numbers).map(|()| numbers)
        };
        assert_eq!(read(&packed(&[10, 1, 0])), Ok(vec![5, 4, 4]));
        // u64::MAX is i64::MIN in zigzag.
        assert_eq!(read(&packed(&[u64::MAX])), Ok(vec![i64::MIN]));
        assert!(read(&packed(&[u64::MAX, 1])).is_err());
    }

    #[test]
    fn a_field_longer_than_its_message_is_an_error() {
        // Field 1, bytes, a length of 2^63.
        let mut message = vec![0x0a];
        message.extend([0x80; 9]);
        message.push(1);
        assert_eq!(Reader::new(&message).field().unwrap_err(), CUT_OFF);
        assert!(Reader::new(&[0x0b]).field().is_err(), "a group");
        assert!(Reader::new(&[0x02, 0]).field().is_err(), "field 0");
        assert_eq!(Reader::new(&[0x0d, 1, 2, 3]).field().unwrap_err(), CUT_OFF);
    }
}
