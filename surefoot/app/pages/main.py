"""The pages' entry: `streamlit run surefoot/app/pages/main.py`."""

from surefoot.app.pages import frame

frame.run()
