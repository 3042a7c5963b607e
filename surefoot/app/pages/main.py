"""What Streamlit runs for each view of a page."""

from surefoot.app.pages import frame

frame.run()
