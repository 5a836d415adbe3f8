// What was noticed in a list: a short title and how to mend it, by the code of the finding, in English.
// A code that is new to this page is told in the server's own words.

export interface FindingWords {
  title: string;
  mend: string;
}

export const findingWords: Record<string, FindingWords> = {
  // Where the school is.
  coordinate_missing: {
    title: 'No position',
    mend: 'Fill in latitude and longitude. Until then the school is kept, but is not on the map.',
  },
  coordinate_lost: {
    title: 'Position is zero',
    mend: 'A coordinate of exactly 0 was lost on its way. Fill in the true one.',
  },
  coordinate_out_of_range: {
    title: 'Position is not on Earth',
    mend: 'Latitude goes from -90 to 90, longitude from -180 to 180. They may be swapped.',
  },
  coordinate_not_a_number: {
    title: 'Position cannot be read',
    mend: 'Write decimal degrees, such as -1.28333.',
  },
  coordinate_swapped: {
    title: 'Latitude and longitude swapped',
    mend: 'Accept the repair if the school really lies there, or correct the list.',
  },
  swapped_coordinates: {
    title: 'Latitude and longitude swapped',
    mend: 'Accept the repair if the school really lies there, or correct the list.',
  },
  coordinate_coarse: {
    title: 'Position is coarse',
    mend: 'With fewer than three decimals it may be a kilometre away. Give five decimals.',
  },
  coordinate_dms: {
    title: 'Position in degrees, minutes, seconds',
    mend: 'It was turned into decimal degrees. Check it on the map.',
  },
  coordinate_decimal_comma: {
    title: 'Position with decimal comma',
    mend: 'It was read as such. Nothing to do.',
  },
  outside_country: {
    title: 'Position outside the country',
    mend: 'The school is kept, but is not on the map. Correct the position, or the country.',
  },
  beyond_border: {
    title: 'Position just beyond the border',
    mend: 'It is kept where it is, in no area. Check whether the position is right.',
  },
  positions_not_checked: {
    title: 'Positions not checked',
    mend: 'No areas of this country are known. Import its areas, then read this list again.',
  },

  // What it is called.
  missing_name: {
    title: 'No name',
    mend: 'Fill in the name of the school.',
  },
  name_whitespace: {
    title: 'Needless spaces in the name',
    mend: 'They were taken out. Nothing to do.',
  },
  name_too_long: {
    title: 'Name is too long',
    mend: 'It was cut. Shorten it in the list.',
  },
  name_mojibake: {
    title: 'Broken letters in the name',
    mend: 'Accept the repair, or save the list again as UTF-8.',
  },
  name_mixed_scripts: {
    title: 'Letters of two scripts in one word',
    mend: 'A letter may look right and be of another alphabet. Type the name again.',
  },

  // Its ids.
  duplicate_row: {
    title: 'Row is there twice',
    mend: 'One of them was taken. Take the other out of the list.',
  },
  duplicate_school: {
    title: 'Same school twice',
    mend: 'One row was taken. Give each school an id of its own, or take the other row out.',
  },
  duplicate_id: {
    title: 'Same id twice',
    mend: 'The first row with it was taken. Give each school an id of its own.',
  },
  dummy_id: {
    title: 'Id that stands for no school',
    mend: 'It is not used to recognise the school. Fill in its own id, or leave it blank.',
  },
  unusable_id: {
    title: 'Id cannot be used',
    mend: 'Fill in the id of the school itself, or leave it blank.',
  },
  id_leading_zeros: {
    title: 'Id may have lost zeros at its beginning',
    mend: 'Spreadsheets drop them. Format the column as text, then export the list again.',
  },
  id_of_another_school: {
    title: 'Id belongs to another school',
    mend: 'The row was matched by another of its ids. Check which id is right.',
  },

  // Its other values.
  bad_number: {
    title: 'Not a number',
    mend: 'Write it in digits, without spaces or signs. It is kept as written.',
  },
  out_of_range: {
    title: 'Number is unlikely',
    mend: 'It is beyond what is usual and kept as written. Check it.',
  },
  unknown_value: {
    title: 'Value is not known',
    mend: 'It is kept as written. Use one of the usual words, so that schools can be compared.',
  },
  contradiction: {
    title: 'Two values contradict each other',
    mend: 'Both are kept as written. Correct the one that is wrong.',
  },

  // The file.
  column_claimed_twice: {
    title: 'Two columns seem to mean the same',
    mend: 'Change the meaning of the one that means something else.',
  },
  ragged_row: {
    title: 'Row has too many or too few cells',
    mend: 'A delimiter within a text needs quotes. Correct the row, or export the list again.',
  },
  open_quote: {
    title: 'Quote is never closed',
    mend: 'Close it in the list, or export the list again.',
  },
  unreadable_feature: {
    title: 'Feature cannot be read',
    mend: 'Export the list again as GeoJSON.',
  },
  blank_row: {
    title: 'Blank row',
    mend: 'It was passed over. Nothing to do.',
  },
  title_row: {
    title: 'Title above the columns',
    mend: 'It was passed over. Nothing to do.',
  },
  footer_row: {
    title: 'Row of totals or notes',
    mend: 'It was passed over. If it is a school, move it up in the list.',
  },
  reference_system: {
    title: 'Reference system not stated',
    mend: 'Longitude and latitude (WGS 84) were assumed. Check on the map.',
  },
};
