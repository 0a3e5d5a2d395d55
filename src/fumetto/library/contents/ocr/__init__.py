"""Reading words off pictures: lines by RapidOCR, and balloons made of them."""
