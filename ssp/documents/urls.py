"""Where are documents checked?"""

from django.urls import path

from ssp.documents import views

app_name = "documents"

urlpatterns = [path("verify/", views.verify, name="verify")]
