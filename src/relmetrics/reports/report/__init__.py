"""Report: results, headings and text in order, as one page, document or workbook."""
